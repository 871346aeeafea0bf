import { type Bytes, concatBytes } from '@visavis/kernel';

/** ISO/IEC 9797-1 padding method 2: 80 then zeros up to a whole block; always adds at least one byte. */
export function padIso7816(data: Uint8Array, blockBytes: number): Bytes {
  const padding = new Uint8Array(blockBytes - (data.length % blockBytes));
  padding[0] = 0x80;
  return concatBytes(data, padding);
}

/** Removes {@link padIso7816}'s padding; undefined when there is none. */
export function unpadIso7816(padded: Uint8Array): Uint8Array | undefined {
  let at = padded.length - 1;
  while (at >= 0 && padded[at] === 0) at--;
  return at >= 0 && padded[at] === 0x80 ? padded.subarray(0, at) : undefined;
}
