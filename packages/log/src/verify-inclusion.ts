import { equalBytes } from '@visavis/kernel';
import { nodeHash } from './hashes.ts';

/** A tree of 2^53 leaves has no longer path. */
export const MAX_PATH_HASHES = 64;

/**
 * Establishes that the leaf with hash `leaf` is at `index` in the tree of `size` leaves with this root. Whether the root
 * is the log's is the checkpoint's to show.
 * @source RFC 9162 §2.1.3.2
 */
export function verifyInclusion(claim: { readonly index: number; readonly size: number; readonly leaf: Uint8Array; readonly path: readonly Uint8Array[]; readonly root: Uint8Array }): boolean {
  const { index, size, path } = claim;
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size || path.length > MAX_PATH_HASHES) return false;
  let [fn, sn, hash] = [index, size - 1, claim.leaf];
  for (const sibling of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && equalBytes(hash, claim.root);
}
