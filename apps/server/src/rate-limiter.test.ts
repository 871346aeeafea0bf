import { expect, it, vi } from 'vitest';
import { createRateLimiter } from './rate-limiter.ts';

it('counts per address and minute', () => {
  let now = 0;
  const allowed = createRateLimiter(() => now, 2);
  expect([allowed('a'), allowed('a'), allowed('a'), allowed('b')]).toEqual([true, true, false, true]);
  now = 60_000;
  expect(allowed('a')).toBe(true);
});

it('forgets who came a minute ago, whether they come again or not', () => {
  let now = 0;
  const allowed = createRateLimiter(() => now, 1);
  for (const citizen of ['192.0.2.1', '192.0.2.2']) allowed(citizen);
  now = 30_000;
  allowed('192.0.2.3');
  const forget = vi.spyOn(Map.prototype, 'delete');
  now = 60_000;
  allowed('192.0.2.4');
  const forgotten = forget.mock.calls.map(([network]) => network as unknown);
  forget.mockRestore();
  expect(forgotten).toEqual(expect.arrayContaining(['192.0.2.1', '192.0.2.2']));
  expect(forgotten).not.toContain('192.0.2.3');
});

it('stays bounded under a flood of addresses', () => {
  const allowed = createRateLimiter(() => 0, 1);
  expect(allowed('first')).toBe(true);
  for (let i = 0; i < 10_000; i++) allowed(`address ${i}`);
  // The first window was forgotten, not kept for ever.
  expect(allowed('first')).toBe(true);
});

it('counts an IPv6 subscriber once, however many of their addresses they use, and an IPv4 address however it is written', () => {
  const allowed = createRateLimiter(() => 0, 1);
  expect(allowed('2001:db8:1:2::1')).toBe(true);
  for (const same of ['2001:db8:1:2:ffff:eeee:dddd:cccc', '2001:0db8:0001:0002::', '2001:DB8:1:2::9']) expect(allowed(same)).toBe(false);
  expect(allowed('2001:db8:1:3::1')).toBe(true);
  expect([allowed('::1'), allowed('::2')]).toEqual([true, false]);
  expect([allowed('192.0.2.1'), allowed('::ffff:192.0.2.1'), allowed('192.0.2.2')]).toEqual([true, false, true]);
});
