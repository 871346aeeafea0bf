import { type Bytes, concatBytes } from '@visavis/kernel';

/** Bytes of the nonce that a chain starts from, and of each of its links (SHA-256). */
export const FRAME_CHAIN_BYTES = 32;

/**
 * The next link of a capture's frame chain: SHA-256 over the link before (of the first frame: the booth's nonce), the
 * frame's number as u32 and its time as f64, both big-endian, and its JPEG. The device sends it with each frame; the booth
 * computes the same over what arrived, so that each frame vouches for all before it and for the capture they were taken for.
 * Does not establish that a camera took them: whoever holds the device's key can chain any pictures once the nonce is there.
 * @param previous 32 bytes
 */
export async function advanceFrameChain(previous: Uint8Array, frame: { readonly index: number; readonly capturedAtMs: number }, jpeg: Uint8Array): Promise<Bytes> {
  if (previous.length !== FRAME_CHAIN_BYTES) throw new TypeError('a link has 32 bytes');
  const claims = new Uint8Array(12);
  const view = new DataView(claims.buffer);
  view.setUint32(0, frame.index);
  view.setFloat64(4, frame.capturedAtMs);
  const linked = concatBytes(previous, claims, jpeg);
  const link = new Uint8Array(await crypto.subtle.digest('SHA-256', linked));
  // In the booth this was a copy of a face.
  linked.fill(0);
  return link;
}
