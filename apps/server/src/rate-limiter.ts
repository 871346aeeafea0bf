import type { Clock } from '@visavis/kernel';

/** Addresses remembered at once; beyond it the oldest window is forgotten, so that a flood can't fill the memory. */
const MAX_ADDRESSES = 10_000;
const WINDOW_MS = 60_000;

/** A fixed window per network, in this process's memory only. */
export function createRateLimiter(clock: Clock, perMinute: number): (address: string) => boolean {
  const windows = new Map<string, { startedAtMs: number; count: number }>();
  return (address) => {
    const network = networkOf(address);
    const now = clock();
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

/** An IPv4 address, or the /64 of an IPv6 one: every subscriber has 2^64 addresses of those (RFC 6177). */
function networkOf(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const whole = tail === undefined ? groups : [...groups, ...Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0'), ...rest];
  return whole.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, '')).join(':').toLowerCase();
}
