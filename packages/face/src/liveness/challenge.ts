import type { FacePolicy } from '../policy/face-policy.ts';
import { type CaptureAction, type ChallengeProfile, type LivenessScript, type Movement, movements } from './actions.ts';

/** What a profile asks for. */
export interface Challenge {
  readonly movements: readonly Movement[];
  /** How many of them, each number equally often. */
  readonly counts: readonly number[];
  readonly light: boolean;
}

const expressions: readonly Movement[] = ['smile', 'blink', 'openMouth'];

/** A turn to a side; each script has one, since it shows depth. */
export const isHorizontalTurn = (action: CaptureAction): boolean => action === 'turnLeft' || action === 'turnRight';

export const isNod = (action: CaptureAction): boolean => action === 'lookUp' || action === 'lookDown';

/**
 * Who can't do some things is asked for others. Without the light there are more movements, and no blink among them: eyes
 * blink by themselves, so a film has it for nothing.
 */
export function challengeOf(profile: ChallengeProfile, { script }: FacePolicy): Challenge {
  const few = range(script.minMovements.value, script.maxMovements.value);
  const challenges: Record<ChallengeProfile, Challenge> = {
    standard: { movements, counts: few, light: true },
    withoutLight: { movements: movements.filter((movement) => movement !== 'blink'), counts: [script.movementsWithoutLight.value], light: false },
    withoutExpressions: { movements: movements.filter((movement) => !expressions.includes(movement)), counts: few, light: true },
    withoutNodding: { movements: movements.filter((movement) => !isNod(movement)), counts: few, light: true },
  };
  return challenges[profile];
}

/** Whether a script asks for all that its profile has to ask for: one that does not shows less than its profile says. */
export function isWholeChallenge({ profile, steps }: LivenessScript, policy: FacePolicy): boolean {
  const challenge = challengeOf(profile, policy);
  const asked = steps.slice(1).filter(({ action }) => action !== 'watchScreen');
  const lit = steps.some(({ action, light }) => action === 'watchScreen' && light !== undefined && light.colours.length >= policy.script.lightSymbols.value);
  return asked.length >= Math.min(...challenge.counts) && asked.some(({ action }) => isHorizontalTurn(action)) && lit === challenge.light;
}

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);
