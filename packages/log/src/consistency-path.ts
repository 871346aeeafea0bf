import { type ReadHash, splitLevel, subtreeHash } from './subtree-hash.ts';

/** The hashes that show the tree over `from` leaves to be the beginning of the one over `to`. Empty for `from` 0 and for equal sizes. @source RFC 6962 §2.1.2 */
export function consistencyPath(from: number, to: number, readHash: ReadHash): readonly Uint8Array[] {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to) throw new RangeError('the older tree must not be the larger one');
  if (from === 0 || from === to) return [];
  const path: Uint8Array[] = [];
  let [start, end] = [0, to];
  while (end !== from) {
    const middle = start + 2 ** splitLevel(end - start);
    if (from <= middle) {
      path.push(subtreeHash(middle, end, readHash));
      end = middle;
    } else {
      path.push(subtreeHash(start, middle, readHash));
      start = middle;
    }
  }
  // The older root is the verifier's own; a subtree of it is not.
  if (start > 0) path.push(subtreeHash(start, end, readHash));
  return path.reverse();
}
