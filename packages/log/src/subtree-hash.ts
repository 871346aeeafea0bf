import { nodeHash } from './hashes.ts';

/**
 * The hash over the leaves `index·2^level` to `(index+1)·2^level − 1`, all of which exist. Level 0 is the leaves'.
 * Throw from here when the hash is not at hand; nothing in this room catches it.
 */
export type ReadHash = (level: number, index: number) => Uint8Array;

/** The largest power of two below `n`, as its exponent; `n` ≥ 2. Sizes go beyond 32 bits: no bit operators here. */
export function splitLevel(n: number): number {
  let level = 0;
  while (2 ** (level + 1) < n) level++;
  return level;
}

/** MTH(D[from:to]) of RFC 6962 §2.1, for ranges that its recursion reaches; `to` > `from`. */
export function subtreeHash(from: number, to: number, readHash: ReadHash): Uint8Array {
  const n = to - from;
  if (n === 1) return readHash(0, from);
  const level = splitLevel(n);
  const half = 2 ** level;
  if (half * 2 === n) return readHash(level + 1, from / n);
  return nodeHash(readHash(level, from / half), subtreeHash(from + half, to, readHash));
}
