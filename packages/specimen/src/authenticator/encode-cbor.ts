import { type Bytes, concatBytes, utf8 } from '@visavis/kernel';

/** As much of CBOR (RFC 8949) as WebAuthn writes. */
export type CborValue = number | string | Uint8Array | ReadonlyMap<number | string, CborValue>;

function head(major: number, n: number): Bytes {
  if (n < 24) return Uint8Array.of((major << 5) | n);
  if (n < 0x100) return Uint8Array.of((major << 5) | 24, n);
  if (n < 0x1_0000) return Uint8Array.of((major << 5) | 25, n >> 8, n & 0xff);
  throw new RangeError('nothing here is that long');
}

/** Shortest forms; map entries in the order given, which the caller keeps canonical (CTAP2 §8). */
export function encodeCbor(value: CborValue): Bytes {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return concatBytes(head(3, utf8(value).length), utf8(value));
  if (value instanceof Uint8Array) return concatBytes(head(2, value.length), value);
  return concatBytes(head(5, value.size), ...Array.from(value, ([k, v]) => concatBytes(encodeCbor(k), encodeCbor(v))));
}
