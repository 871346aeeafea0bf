import { describe, expect, it } from 'vitest';
import { isBreach, isHeldOff, type TriedAttack } from './tried-attack.ts';

const tried = (expected: string, got: string): TriedAttack => ({ family: 'chip', name: 'made-up', at: 'system', expected, got });

describe('what became of an attack', () => {
  it('is a breach when it got in, when another code than the claimed one refused it, and when somebody honest did not get in', () => {
    for (const [expected, got] of [['CA_FAILED', 'accepted'], ['CA_FAILED', 'NETWORK_CUT'], ['refused', 'accepted'], ['accepted', 'FACE_LIGHT_WRONG']] as const) expect([isHeldOff(tried(expected, got)), isBreach(tried(expected, got))]).toEqual([false, true]);
  });

  it('honest twins: the claimed code, any refusal where no code is claimed, somebody honest who got in', () => {
    for (const [expected, got] of [['CA_FAILED', 'CA_FAILED'], ['refused', 'FACE_NOT_LIVE'], ['accepted', 'accepted']] as const) expect([isHeldOff(tried(expected, got)), isBreach(tried(expected, got))]).toEqual([true, false]);
  });

  it('is neither where it is said to be unsolved', () => {
    expect([isHeldOff(tried('unsolved', 'accepted')), isBreach(tried('unsolved', 'accepted'))]).toEqual([false, false]);
  });
});
