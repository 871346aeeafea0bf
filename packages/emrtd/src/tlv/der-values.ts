import { MalformedBytes } from '@visavis/kernel';
import { type DerNode, TAG } from './der.ts';

function expectTag(node: DerNode, tag: number): Uint8Array {
  if (node.tag !== tag) throw new MalformedBytes(`tag ${node.tag.toString(16)} where ${tag.toString(16)} belongs`, 0);
  return node.contents;
}

/** An OBJECT IDENTIFIER in dotted form. */
export function derOid(node: DerNode): string {
  const contents = expectTag(node, TAG.objectIdentifier);
  if (contents.length === 0 || contents.length > 64) throw new MalformedBytes('object identifier', 0);
  let dotted = '';
  let arc = 0;
  let first = true;
  for (const byte of contents) {
    if (first && byte === 0x80) throw new MalformedBytes('object identifier not shortest', 0);
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc)) throw new MalformedBytes('object identifier arc', 0);
    first = (byte & 0x80) === 0;
    if (!first) continue;
    if (dotted === '') {
      const head = Math.min(2, Math.floor(arc / 40));
      dotted = `${head}.${arc - 40 * head}`;
    } else dotted += `.${arc}`;
    arc = 0;
  }
  if (!first) throw new MalformedBytes('object identifier cut short', 0);
  return dotted;
}

/** The contents of an INTEGER, checked to be the shortest form. */
export function derInteger(node: DerNode): Uint8Array {
  const contents = expectTag(node, TAG.integer);
  if (contents.length === 0) throw new MalformedBytes('empty integer', 0);
  if (contents.length > 1 && (contents[0] === 0 ? contents[1]! < 0x80 : contents[0] === 0xff && contents[1]! >= 0x80)) throw new MalformedBytes('integer not shortest', 0);
  return contents;
}

/** An INTEGER as hexadecimal of its contents: how serial numbers are compared. */
export const derIntegerHex = (node: DerNode): string => hexOf(derInteger(node));

/** A small non-negative INTEGER. */
export function derSmallInteger(node: DerNode): number {
  const contents = derInteger(node);
  if (contents.length > 4 || contents[0]! >= 0x80) throw new MalformedBytes('integer out of range', 0);
  return contents.reduce((n, byte) => n * 256 + byte, 0);
}

/** BER's TRUE is any byte but 0; DER's is FF, but two Ukrainian authorities wrote 01. */
export function derBoolean(node: DerNode): boolean {
  const contents = expectTag(node, TAG.boolean);
  if (contents.length !== 1) throw new MalformedBytes('boolean', 0);
  return contents[0] !== 0;
}

/** A BIT STRING of whole bytes. */
export function derBits(node: DerNode): Uint8Array {
  const contents = expectTag(node, TAG.bitString);
  if (contents[0] !== 0) throw new MalformedBytes('bit string not of whole bytes', 0);
  return contents.subarray(1);
}

/** UTCTime (1950–2049) or GeneralizedTime, in UTC; milliseconds since the epoch. @source RFC 5280 §4.1.2.5 */
export function derTimeMs({ tag, contents }: Pick<DerNode, 'tag' | 'contents'>): number {
  const yearDigits = tag === TAG.utcTime ? 2 : tag === TAG.generalizedTime ? 4 : 0;
  // X.690 lets BER leave out the seconds, and old certificates did.
  const withoutSeconds = tag === TAG.utcTime && contents.length === 11;
  if (yearDigits === 0 || (contents.length !== yearDigits + 11 && !withoutSeconds) || contents.at(-1) !== 0x5a) throw new MalformedBytes('time', 0);
  const short = twoDigits(contents, 0);
  const year = yearDigits === 4 ? 100 * short + twoDigits(contents, 2) : short < 50 ? 2000 + short : 1900 + short;
  const month = twoDigits(contents, yearDigits);
  const day = twoDigits(contents, yearDigits + 2);
  const hour = twoDigits(contents, yearDigits + 4);
  const minute = twoDigits(contents, yearDigits + 6);
  const second = withoutSeconds ? 0 : twoDigits(contents, yearDigits + 8);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(month, year) || hour > 23 || minute > 59 || second > 59) throw new MalformedBytes('time out of range', 0);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function twoDigits(text: Uint8Array, at: number): number {
  const tens = text[at]! - 0x30;
  const ones = text[at + 1]! - 0x30;
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) throw new MalformedBytes('time', at);
  return 10 * tens + ones;
}

const DAYS: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (month: number, year: number): number => (month === 2 && isLeap(year) ? 29 : DAYS[month - 1]!);

/** Bytes as hexadecimal, by Node: many times faster than by hand. */
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
