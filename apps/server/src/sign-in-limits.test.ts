import { expect, it } from 'vitest';
import { createSignInLimits } from './sign-in-limits.ts';

const limits = () => createSignInLimits(() => 0, { signInsPerMinute: 1, signInsPerCitizen: 1, serviceFailuresPerMinute: 1000 });

it('a service that floods waits for itself: its other machines, and other services of its network, go on', () => {
  const { mayServe, ended } = limits();
  const flood = Array.from({ length: 70 }, () => mayServe('tax-office', '192.0.2.1'));
  expect(flood.filter(Boolean)).toHaveLength(64);
  expect([mayServe('tax-office', '192.0.2.2'), mayServe('library', '192.0.2.1')]).toEqual([true, true]);
  ended('tax-office', '192.0.2.1', 'served');
  expect([mayServe('tax-office', '192.0.2.1'), mayServe('tax-office', '192.0.2.1')]).toEqual([true, false]);
});

it('each count is its own: one used up takes nothing from another', () => {
  const { mayStart, mayAsk, mayCall, maySignIn } = limits();
  const within = (may: () => boolean): number => Array.from({ length: 50 }, may).filter(Boolean).length;
  expect([within(() => mayStart('192.0.2.1')), within(() => mayAsk('192.0.2.1')), within(() => mayCall('192.0.2.1')), within(() => maySignIn('someone')), within(() => maySignIn('somebody else'))]).toEqual([1, 3, 20, 1, 1]);
});
