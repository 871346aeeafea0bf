import type { Clock } from '@visavis/kernel';
import { networkOf } from './network-of.ts';

/** Addresses remembered at once; beyond it the oldest window is forgotten, so that a flood can't fill the memory. */
const MAX_ADDRESSES = 10_000;
const WINDOW_MS = 60_000;

/** A fixed window per network, in this process's memory only, and there until the first call after its end. */
export function createRateLimiter(clock: Clock, perMinute: number): (address: string) => boolean {
  const windows = new Map<string, { startedAtMs: number; count: number }>();
  return (address) => {
    const network = networkOf(address);
    const now = clock();
    // In the order of their beginning: the first that is not over ends the search.
    for (const [known, { startedAtMs }] of windows) {
      if (now - startedAtMs < WINDOW_MS) break;
      windows.delete(known);
    }
    let window = windows.get(network);
    if (window === undefined || now - window.startedAtMs >= WINDOW_MS) {
      windows.delete(network);
      window = { startedAtMs: now, count: 0 };
      windows.set(network, window);
      const [oldest] = windows.keys();
      if (windows.size > MAX_ADDRESSES && oldest !== undefined) windows.delete(oldest);
    }
    window.count += 1;
    return window.count <= perMinute;
  };
}
