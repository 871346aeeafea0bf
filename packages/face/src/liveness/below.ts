import type { RandomBytes } from '@visavis/kernel';

/** Uniform in 0 … n − 1, n ≤ 65 536: draws again instead of favouring small numbers. */
export function below(n: number, random: RandomBytes): number {
  const limit = 65_536 - (65_536 % n);
  for (;;) {
    const [high, low] = random(2) as unknown as [number, number];
    const drawn = high * 256 + low;
    if (drawn < limit) return drawn % n;
  }
}
