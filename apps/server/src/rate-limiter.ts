import type { Clock } from '@visavis/kernel';
import { networkOf } from './network-of.ts';

/** Keys remembered at once; beyond it the oldest window is forgotten, so that a flood can't fill the memory. */
const MAX_KEYS = 10_000;
/** Whoever is over a limit may go on after this at the latest. */
export const WINDOW_S = 60;

/** How often what happened within its current window, per key. */
export interface WindowCounter {
  of(key: string): number;
  /** @returns how often with this time */
  add(key: string): number;
}

/** A fixed window per key, in this process's memory only, and there until the first call after its end. */
export function createWindowCounter(clock: Clock): WindowCounter {
  const windows = new Map<string, { startedAtMs: number; count: number }>();
  const forgetOver = (now: number): void => {
    // In the order of their beginning: the first that is not over ends the search.
    for (const [known, { startedAtMs }] of windows) {
      if (now - startedAtMs < WINDOW_S * 1000) break;
      windows.delete(known);
    }
  };
  return {
    of(key) {
      forgetOver(clock());
      return windows.get(key)?.count ?? 0;
    },
    add(key) {
      const now = clock();
      forgetOver(now);
      let window = windows.get(key);
      if (window === undefined) {
        window = { startedAtMs: now, count: 0 };
        windows.set(key, window);
        const [oldest] = windows.keys();
        if (windows.size > MAX_KEYS && oldest !== undefined) windows.delete(oldest);
      }
      window.count += 1;
      return window.count;
    },
  };
}

/** Whether one more from this address's network is within the limit. */
export function createRateLimiter(clock: Clock, perMinute: number): (address: string) => boolean {
  const counter = createWindowCounter(clock);
  return (address) => counter.add(networkOf(address)) <= perMinute;
}
