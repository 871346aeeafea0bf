import { emptyRoot } from './hashes.ts';
import { type ReadHash, subtreeHash } from './subtree-hash.ts';

/** The root of the tree over the first `size` leaves. @source RFC 6962 §2.1 */
export function rootOf(size: number, readHash: ReadHash): Uint8Array {
  return size === 0 ? emptyRoot() : subtreeHash(0, size, readHash);
}
