import { expect, it } from 'vitest';
import { createRateLimiter } from './rate-limiter.ts';

it('counts per address and minute', () => {
  let now = 0;
  const allowed = createRateLimiter(() => now, 2);
  expect([allowed('a'), allowed('a'), allowed('a'), allowed('b')]).toEqual([true, true, false, true]);
  now = 60_000;
  expect(allowed('a')).toBe(true);
});

it('stays bounded under a flood of addresses', () => {
  const allowed = createRateLimiter(() => 0, 1);
  expect(allowed('first')).toBe(true);
  for (let i = 0; i < 10_000; i++) allowed(`address ${i}`);
  // The first window was forgotten, not kept for ever.
  expect(allowed('first')).toBe(true);
});
