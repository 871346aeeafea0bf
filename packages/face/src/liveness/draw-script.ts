import type { RandomBytes } from '@visavis/kernel';
import type { FacePolicy } from '../policy/face-policy.ts';
import type { ChallengeProfile, LivenessScript, Movement } from './actions.ts';

/**
 * Draws what the citizen will be asked: look ahead, then in random order a head turn to a random side, a smile, a blink
 * and an open mouth, each after a random pause. 48 orders; the pauses add what a recording would have to hit as well.
 * @param o.random must be cryptographically strong: a foreseeable script can be filmed in advance
 */
export function drawScript(o: { readonly random: RandomBytes; readonly policy: FacePolicy; readonly profile: ChallengeProfile }): LivenessScript {
  const { script } = o.policy;
  const turn: Movement = below(2, o.random) === 0 ? 'turnLeft' : 'turnRight';
  const order: Movement[] = [turn, 'smile', 'blink', 'openMouth'];
  for (let i = order.length - 1; i > 0; i--) {
    const j = below(i + 1, o.random);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const pauses = script.maxPauseMs.value - script.minPauseMs.value + 1;
  return {
    profile: o.profile,
    steps: [
      { action: 'lookAhead', timeoutMs: script.lookAheadTimeoutMs.value, pauseMs: 0 },
      ...order.map((action) => ({ action, timeoutMs: script.actionTimeoutMs.value, pauseMs: script.minPauseMs.value + below(pauses, o.random) })),
    ],
  };
}

/** Uniform in 0 … n − 1, n ≤ 65 536: draws again instead of favouring small numbers. */
function below(n: number, random: RandomBytes): number {
  const limit = 65_536 - (65_536 % n);
  for (;;) {
    const [high, low] = random(2) as unknown as [number, number];
    const drawn = high * 256 + low;
    if (drawn < limit) return drawn % n;
  }
}
