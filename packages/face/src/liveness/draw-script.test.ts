import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facePolicy } from '../policy/index.ts';
import { challengeOf, isHorizontalTurn, isWholeChallenge } from './challenge.ts';
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

const profiles = ['standard', 'withoutLight', 'withoutExpressions', 'withoutNodding'] as const;

describe('drawScript', () => {
  it('looks ahead first, then asks for what the profile has, a turn among it and no movement twice in a row', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...profiles), (seed, profile) => {
        const script = drawScript({ random: randomFrom(seed), policy: facePolicy, profile });
        const [first, ...rest] = script.steps;
        const { movements, counts, light } = challengeOf(profile, facePolicy);
        const moved = rest.map(({ action }) => action).filter((action) => action !== 'watchScreen');
        expect(first?.action).toBe('lookAhead');
        expect(counts).toContain(moved.length);
        expect(moved.every((action) => (movements as readonly string[]).includes(action))).toBe(true);
        expect(moved.some(isHorizontalTurn)).toBe(true);
        expect(moved.some((action, i) => action === moved[i - 1])).toBe(false);
        expect(rest.length - moved.length).toBe(light ? 1 : 0);
        expect(isWholeChallenge(script, facePolicy)).toBe(true);
        for (const step of rest) {
          expect(step.pauseMs).toBeGreaterThanOrEqual(facePolicy.script.minPauseMs.value);
          expect(step.pauseMs).toBeLessThanOrEqual(facePolicy.script.maxPauseMs.value);
          expect(step.light !== undefined).toBe(step.action === 'watchScreen');
        }
      }),
    );
  });

  it('asks nobody for what their profile leaves out', () => {
    const asked = (profile: (typeof profiles)[number]): Set<string> => {
      const random = randomFrom(3);
      return new Set(Array.from({ length: 200 }, () => drawScript({ random, policy: facePolicy, profile }).steps.map(({ action }) => action)).flat());
    };
    expect([...asked('standard')].sort()).toEqual(['blink', 'lookAhead', 'lookDown', 'lookUp', 'openMouth', 'smile', 'turnLeft', 'turnRight', 'watchScreen']);
    expect([...asked('withoutLight')]).not.toContain('watchScreen');
    expect([...asked('withoutExpressions')].sort()).toEqual(['lookAhead', 'lookDown', 'lookUp', 'turnLeft', 'turnRight', 'watchScreen']);
    expect([...asked('withoutNodding')].sort()).toEqual(['blink', 'lookAhead', 'openMouth', 'smile', 'turnLeft', 'turnRight', 'watchScreen']);
  });

  it('a script that asks for less than its profile says is no whole challenge', () => {
    const script = drawScript({ random: randomFrom(1), policy: facePolicy, profile: 'standard' });
    expect(isWholeChallenge({ ...script, steps: script.steps.filter(({ action }) => action !== 'watchScreen') }, facePolicy)).toBe(false);
    expect(isWholeChallenge({ ...script, steps: script.steps.filter(({ action }) => !isHorizontalTurn(action)) }, facePolicy)).toBe(false);
    expect(isWholeChallenge({ ...script, profile: 'withoutLight' }, facePolicy)).toBe(false);
  });
});
