/** Uniform in [0, 1), reproducible: never for keys or nonces, only for made-up people and their habits. */
export type SeededRandom = () => number;

/** A reproducible sequence (mulberry32). The same seed gives the same people and the same motion on every machine. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Normal with standard deviation 1, cut at ±2 so that no made-up face leaves human proportions. */
export function boundedNormal(random: SeededRandom): number {
  const value = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.max(-2, Math.min(2, value));
}

/** One of `items`, uniformly. */
export function pick<T>(random: SeededRandom, items: readonly [T, ...T[]]): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}
