import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facePolicy } from '../policy/index.ts';
import { drawScript } from './draw-script.ts';

/** A deterministic stand-in for a strong generator. */
function randomFrom(seed: number): (n: number) => Uint8Array {
  let state = seed >>> 0;
  return (n) =>
    Uint8Array.from({ length: n }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
}

describe('drawScript', () => {
  it('always looks ahead first, then asks for exactly one turn, a smile, a blink and an open mouth', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [first, ...rest] = drawScript({ random: randomFrom(seed), policy: facePolicy, profile: 'standard' }).steps;
        expect(first?.action).toBe('lookAhead');
        expect(rest.map((s) => s.action.replace(/(Left|Right)$/, '')).sort()).toEqual(['blink', 'openMouth', 'smile', 'turn']);
        for (const step of rest) {
          expect(step.pauseMs).toBeGreaterThanOrEqual(facePolicy.script.minPauseMs.value);
          expect(step.pauseMs).toBeLessThanOrEqual(facePolicy.script.maxPauseMs.value);
        }
      }),
    );
  });

  it('reaches all 48 orders about equally often', () => {
    const random = randomFrom(7);
    const counts = new Map<string, number>();
    for (let i = 0; i < 4800; i++) {
      const order = drawScript({ random, policy: facePolicy, profile: 'standard' }).steps.map((s) => s.action).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(48);
    expect(Math.min(...counts.values())).toBeGreaterThan(60);
    expect(Math.max(...counts.values())).toBeLessThan(150);
  });
});
