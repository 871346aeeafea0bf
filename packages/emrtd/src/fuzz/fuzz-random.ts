/** Draws from a seed: fast, repeatable, and worth nothing as a secret. */
export interface FuzzRandom {
  /** A whole number from 0 to n − 1. */
  below(n: number): number;
}

/** SplitMix32. @param seed, index one input of one run: the same pair always draws the same */
export function fuzzRandom(seed: number, index: number): FuzzRandom {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
  return {
    below: (n) => {
      state = (state + 0x9e3779b9) | 0;
      let z = state ^ (state >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z ^= z >>> 15;
      z = Math.imul(z, 0x735a2d97);
      return Math.floor((((z ^ (z >>> 15)) >>> 0) / 2 ** 32) * n);
    },
  };
}
