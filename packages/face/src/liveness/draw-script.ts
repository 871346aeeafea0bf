import type { RandomBytes } from '@visavis/kernel';
import { drawLightCode } from '../light/light-code.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import type { ChallengeProfile, LivenessScript, Movement, ScriptStep } from './actions.ts';
import { below } from './below.ts';
import { challengeOf, isHorizontalTurn } from './challenge.ts';

/**
 * Draws what the citizen will be asked: look ahead, then movements of the profile in random number and order, no two alike
 * in a row and a turn to a side among them, and, where the profile has it, a random light at a random place; each after a
 * random pause. How rarely a film made in advance fits is computed in `guess-probability.ts`.
 * @param o.random must be cryptographically strong: a foreseeable script can be filmed in advance
 */
export function drawScript(o: { readonly random: RandomBytes; readonly policy: FacePolicy; readonly profile: ChallengeProfile }): LivenessScript {
  const { script } = o.policy;
  const { movements, counts, light } = challengeOf(o.profile, o.policy);
  const count = counts[below(counts.length, o.random)]!;
  let drawn: Movement[];
  do drawn = drawMovements(movements, count, o.random);
  while (!drawn.some(isHorizontalTurn));
  const pauseMs = (): number => script.minPauseMs.value + below(script.maxPauseMs.value - script.minPauseMs.value + 1, o.random);
  const steps: ScriptStep[] = drawn.map((action) => ({ action, timeoutMs: script.actionTimeoutMs.value, pauseMs: pauseMs() }));
  if (light) {
    const colours = drawLightCode({ random: o.random, symbols: script.lightSymbols.value });
    const step: ScriptStep = { action: 'watchScreen', timeoutMs: script.lightTimeoutMs.value, pauseMs: pauseMs(), light: { symbolMs: script.lightSymbolMs.value, colours } };
    steps.splice(below(steps.length + 1, o.random), 0, step);
  }
  return { profile: o.profile, steps: [{ action: 'lookAhead', timeoutMs: script.lookAheadTimeoutMs.value, pauseMs: 0 }, ...steps] };
}

function drawMovements(movements: readonly Movement[], count: number, random: RandomBytes): Movement[] {
  const drawn: Movement[] = [];
  while (drawn.length < count) {
    const others = movements.filter((movement) => movement !== drawn.at(-1));
    drawn.push(others[below(others.length, random)]!);
  }
  return drawn;
}
