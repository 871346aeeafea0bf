import { ByteReader, type Bytes, concatBytes, MalformedBytes } from '@visavis/kernel';

/** One data object: a tag of up to three bytes (as the number those bytes spell), its value, and the whole of it as it stood. */
export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
  readonly raw: Uint8Array;
}

/** 0x1f in the low bits: the tag goes on; bit 8 of each further byte: and on. */
const LONG_TAG = 0x1f;
const MAX_TAG_BYTES = 3;
/** Longest length field that any file here needs: 83 xx xx xx. */
const MAX_LENGTH_BYTES = 3;

/** Reads tag and definite length (ISO/IEC 7816-4 §5.2.2); the value is not required to be there yet. */
export function readTlvHeader(reader: ByteReader): { readonly tag: number; readonly length: number } {
  let tag = reader.u8();
  if ((tag & LONG_TAG) === LONG_TAG) {
    let byte: number;
    let count = 1;
    do {
      if (++count > MAX_TAG_BYTES) throw new MalformedBytes('tag too long', reader.offset);
      byte = reader.u8();
      tag = tag * 256 + byte;
    } while ((byte & 0x80) !== 0);
  }
  const first = reader.u8();
  if (first < 0x80) return { tag, length: first };
  const count = first & 0x7f;
  if (count === 0 || count > MAX_LENGTH_BYTES) throw new MalformedBytes('length field', reader.offset);
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + reader.u8();
  return { tag, length };
}

/** The next data object. Throws {@link MalformedBytes}. */
export function readTlv(bytes: Uint8Array, reader: ByteReader): Tlv {
  const start = reader.offset;
  const { tag, length } = readTlvHeader(reader);
  const value = reader.take(length);
  return { tag, value, raw: bytes.subarray(start, reader.offset) };
}

/** All data objects of a byte string, no rest. @param most more objects than this are refused */
export function readTlvs(bytes: Uint8Array, most: number): Tlv[] {
  const reader = new ByteReader(bytes);
  const out: Tlv[] = [];
  while (reader.remaining > 0) {
    if (out.length === most) throw new MalformedBytes(`more than ${most} data objects`, reader.offset);
    out.push(readTlv(bytes, reader));
  }
  return out;
}

/** The value of the one data object that a byte string is; refuses another tag and trailing bytes. */
export function readOnlyTlv(bytes: Uint8Array, tag: number): Uint8Array {
  const [only, second] = readTlvs(bytes, 2);
  if (only?.tag !== tag || second !== undefined) throw new MalformedBytes(`not one data object ${tag.toString(16)}`, 0);
  return only.value;
}

/** Encodes a data object with the shortest length field. */
export function encodeTlv(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const value = concatBytes(...parts);
  const tagBytes = tag > 0xff ? [tag >> 8, tag & 0xff] : [tag];
  const n = value.length;
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : n < 0x10000 ? [0x82, n >> 8, n & 0xff] : [0x83, n >> 16, (n >> 8) & 0xff, n & 0xff];
  return concatBytes(Uint8Array.from(tagBytes), Uint8Array.from(length), value);
}
