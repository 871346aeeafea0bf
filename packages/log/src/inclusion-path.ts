import { type ReadHash, splitLevel, subtreeHash } from './subtree-hash.ts';

/** The hashes that lead from leaf `index` to the root of the tree over `size` leaves, leaf's side first. @source RFC 6962 §2.1.1 */
export function inclusionPath(index: number, size: number, readHash: ReadHash): readonly Uint8Array[] {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('no such leaf in a tree of this size');
  const path: Uint8Array[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + 2 ** splitLevel(to - from);
    if (index < middle) {
      path.push(subtreeHash(middle, to, readHash));
      to = middle;
    } else {
      path.push(subtreeHash(from, middle, readHash));
      from = middle;
    }
  }
  return path.reverse();
}
