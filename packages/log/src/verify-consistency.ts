import { equalBytes } from '@visavis/kernel';
import { emptyRoot, nodeHash } from './hashes.ts';
import { MAX_PATH_HASHES } from './verify-inclusion.ts';

/**
 * Establishes that the tree of `from` leaves with `fromRoot` is the beginning of the tree of `to` leaves with `toRoot`.
 * @source RFC 9162 §2.1.4.2, and for an empty older tree: nothing to show but its root
 */
export function verifyConsistency(claim: { readonly from: number; readonly to: number; readonly path: readonly Uint8Array[]; readonly fromRoot: Uint8Array; readonly toRoot: Uint8Array }): boolean {
  const { from, to, path, fromRoot, toRoot } = claim;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to || path.length > MAX_PATH_HASHES + 1) return false;
  if (from === to) return path.length === 0 && equalBytes(fromRoot, toRoot);
  if (from === 0) return path.length === 0 && equalBytes(fromRoot, emptyRoot());
  // A perfect older tree is itself the first node of the way.
  const [first, ...rest] = Number.isInteger(Math.log2(from)) ? [fromRoot, ...path] : path;
  if (first === undefined || path.length === 0) return false;
  let [fn, sn] = [from - 1, to - 1];
  while (fn % 2 === 1) {
    fn = (fn - 1) / 2;
    sn = Math.floor(sn / 2);
  }
  let [older, newer] = [first, first];
  for (const hash of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      older = nodeHash(hash, older);
      newer = nodeHash(hash, newer);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      newer = nodeHash(newer, hash);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && equalBytes(older, fromRoot) && equalBytes(newer, toRoot);
}
