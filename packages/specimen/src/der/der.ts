import { type Bytes, concatBytes, fromHex, utf8 } from '@visavis/kernel';

/** One element: tag of one or two bytes as a number, definite minimal length, value (X.690 §8.1, ISO 7816-4 BER-TLV alike). */
export function tlv(tag: number, ...value: readonly Uint8Array[]): Bytes {
  const body = concatBytes(...value);
  const head = tag > 0xff ? Uint8Array.of(tag >> 8, tag & 0xff) : Uint8Array.of(tag);
  return concatBytes(head, encodeLength(body.length), body);
}

function encodeLength(n: number): Bytes {
  if (n < 0x80) return Uint8Array.of(n);
  if (n < 0x100) return Uint8Array.of(0x81, n);
  if (n < 0x1_0000) return Uint8Array.of(0x82, n >> 8, n & 0xff);
  if (n < 0x100_0000) return Uint8Array.of(0x83, n >> 16, (n >> 8) & 0xff, n & 0xff);
  throw new RangeError('nothing here is that long');
}

export const sequence = (...parts: readonly Uint8Array[]): Bytes => tlv(0x30, ...parts);
export const octetString = (bytes: Uint8Array): Bytes => tlv(0x04, bytes);
export const bitString = (bytes: Uint8Array, unusedBits = 0): Bytes => tlv(0x03, Uint8Array.of(unusedBits), bytes);
export const boolean = (value: boolean): Bytes => tlv(0x01, Uint8Array.of(value ? 0xff : 0));
export const utf8String = (text: string): Bytes => tlv(0x0c, utf8(text));
export const printableString = (text: string): Bytes => tlv(0x13, utf8(text));

/** SET OF in DER order: the elements' encodings ascending (X.690 §11.6). */
export function setOf(...parts: readonly Uint8Array[]): Bytes {
  const sorted = [...parts].sort((a, b) => Buffer.compare(a, b));
  return tlv(0x31, ...sorted);
}

/** A non-negative INTEGER from a number or big-endian magnitude. */
export function integer(value: number | bigint | Uint8Array): Bytes {
  const bytes = value instanceof Uint8Array ? value : magnitude(BigInt(value));
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from++;
  const trimmed = bytes.subarray(from);
  return tlv(0x02, (trimmed[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), trimmed) : trimmed);
}

function magnitude(value: bigint): Bytes {
  if (value < 0n) throw new RangeError('non-negative integers only');
  const hex = value.toString(16);
  return fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
}

/** OBJECT IDENTIFIER from dotted decimals. */
export function objectIdentifier(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const body: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80);
    body.push(...groups);
  }
  return tlv(0x06, Uint8Array.from(body));
}

/** UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5); whole seconds, Zulu. */
export function time(atMs: number): Bytes {
  const digits = new Date(atMs).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return Number(digits.slice(0, 4)) < 2050 ? tlv(0x17, utf8(`${digits.slice(2)}Z`)) : tlv(0x18, utf8(`${digits}Z`));
}

/** GeneralizedTime whatever the year (RFC 3280's privateKeyUsagePeriod has no other). */
export function generalizedTimeBody(atMs: number): Bytes {
  return utf8(`${new Date(atMs).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`);
}

/** [n] constructed, around whole elements. */
export const explicit = (n: number, ...parts: readonly Uint8Array[]): Bytes => tlv(0xa0 | n, ...parts);
/** [n] primitive: the element's body only. */
export const implicitPrimitive = (n: number, body: Uint8Array): Bytes => tlv(0x80 | n, body);
