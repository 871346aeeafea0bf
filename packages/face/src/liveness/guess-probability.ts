import { lagsTried } from '../light/decode-light.ts';
import { CHANNELS, channelSequences } from '../light/light-code.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import type { ChallengeProfile, Movement } from './actions.ts';
import { challengeOf, isHorizontalTurn } from './challenge.ts';

/** How likely a film that was made before the script was drawn passes one script, liveness alone. */
export interface GuessProbability {
  readonly profile: ChallengeProfile;
  /**
   * That its movements fit. Nothing else stands against a film on whatever sends back the light of the screen before it,
   * as a display's glass does: that light is always right.
   */
  readonly movements: number;
  /** That its light fits, if it happens to show any; 1 without a light. Of a film that is fed in, or sends none back. */
  readonly light: number;
  /** Both, of such a film: they are drawn independently. */
  readonly script: number;
}

const profiles: readonly ChallengeProfile[] = ['standard', 'withoutLight', 'withoutExpressions', 'withoutNodding'];

/**
 * Upper bounds, of each profile: no film does better, whatever it shows: `script` of what is fed in, `movements` of what
 * is held before a camera and the screen's light falls on. Not of somebody who sees the script and steers a
 * puppet by it, nor of one who has several scripts: an enrolment grants few, and each is drawn anew.
 */
export function guessProbabilities(policy: FacePolicy): readonly GuessProbability[] {
  return profiles.map((profile) => {
    const movements = guessMovements(profile, policy);
    const light = challengeOf(profile, policy).light ? guessLight(policy) : 1;
    return { profile, movements, light, script: movements * light };
  });
}

/** How likely the best film passes where its light is always right, as on a display whose glass sends it back. */
export interface GuessOnDisplay {
  readonly profile: ChallengeProfile;
  readonly script: number;
  /** Once in all scripts that one document gets in a day. */
  readonly day: number;
}

/** What the registry grants one document in a day, and the booth in one attempt. */
export const SCRIPTS_A_DAY = 5 * 2;

/** Upper bounds, liveness alone, of each profile: the movements are all that stands against such a film. */
export const guessOnDisplay = (policy: FacePolicy): readonly GuessOnDisplay[] => guessProbabilities(policy).map(({ profile, movements }) => ({ profile, script: movements, day: 1 - (1 - movements) ** SCRIPTS_A_DAY }));

/** What a film has still to pass. */
export interface Remaining {
  readonly count: number;
  readonly last: Movement | undefined;
  readonly turned: boolean;
  /** Wrong movements that are still forgiven. */
  readonly forgiven: number;
}

/**
 * The film is granted more than it has: it knows how many movements there are, when each prompt comes, when a movement
 * was seen and with it which one was asked, and it has time for anything. In each window it may try movements one after
 * the other until one is seen: each that was not asked for costs one of the forgiven ones, but a blink, which costs nothing.
 */
function guessMovements(profile: ChallengeProfile, policy: FacePolicy): number {
  const { counts } = challengeOf(profile, policy);
  const value = valueOf(profile, policy);
  return counts.reduce((sum, count) => sum + value({ count, last: undefined, turned: false, forgiven: policy.script.maxWrongActions.value }), 0) / counts.length;
}

/** The best order of tries in the next window, a blink first where there is one. */
export function bestTries(profile: ChallengeProfile, policy: FacePolicy, remaining: Remaining): readonly Movement[] {
  return bestTriesBy(profile, policy, remaining, valueOf(profile, policy)).tries;
}

type Value = (remaining: Remaining) => number;

function valueOf(profile: ChallengeProfile, policy: FacePolicy): Value {
  const known = new Map<string, number>();
  const value: Value = (remaining) => {
    if (remaining.count === 0) return 1;
    const key = JSON.stringify(remaining);
    let best = known.get(key);
    if (best === undefined) {
      best = bestTriesBy(profile, policy, remaining, value).value;
      known.set(key, best);
    }
    return best;
  };
  return value;
}

function bestTriesBy(profile: ChallengeProfile, policy: FacePolicy, remaining: Remaining, value: Value): { readonly tries: readonly Movement[]; readonly value: number } {
  const { movements } = challengeOf(profile, policy);
  const all = scripts(movements, remaining.count, remaining.last, remaining.turned);
  const chance = (movement: Movement): number => (movement === remaining.last ? 0 : scripts(movements, remaining.count - 1, movement, remaining.turned || isHorizontalTurn(movement)) / all);
  const after = (movement: Movement, forgiven: number): number => value({ count: remaining.count - 1, last: movement, turned: remaining.turned || isHorizontalTurn(movement), forgiven });
  const free = movements.filter((movement) => movement === 'blink');
  const costly = movements.filter((movement) => movement !== 'blink');
  let best: { readonly tries: readonly Movement[]; readonly value: number } = { tries: free, value: free.reduce((sum, movement) => sum + chance(movement) * after(movement, remaining.forgiven), 0) };
  const extend = (so: typeof best, forgiven: number): void => {
    if (so.value > best.value) best = so;
    if (forgiven < 0) return;
    for (const movement of costly) if (!so.tries.includes(movement)) extend({ tries: [...so.tries, movement], value: so.value + chance(movement) * after(movement, forgiven) }, forgiven - 1);
  };
  extend(best, remaining.forgiven);
  return best;
}

/** How many ways a script can go on; all are equally likely. */
function scripts(movements: readonly Movement[], count: number, last: Movement | undefined, turned: boolean): number {
  const turns = movements.filter(isHorizontalTurn).length;
  const others = movements.length - turns;
  // Sequences without a movement twice in a row, and those among them without a turn.
  const free = count === 0 ? 1 : (movements.length - (last === undefined ? 0 : 1)) * (movements.length - 1) ** (count - 1);
  if (turned) return free;
  const without = count === 0 ? 1 : (others - (last === undefined ? 0 : 1)) * (others - 1) ** (count - 1);
  return free - without;
}

/**
 * The decoder reads one code at each lag, without knowing which was sent; whatever a film makes it read, so many codes are
 * near enough to it, of all that can be drawn.
 */
function guessLight({ script }: FacePolicy): number {
  const symbols = script.lightSymbols.value;
  const codes = channelSequences(symbols).length ** CHANNELS;
  let near = 0;
  let ways = 1;
  for (let wrong = 0; wrong <= symbols - script.minLightSymbolsRight.value; wrong++) {
    near += ways * (2 ** CHANNELS - 1) ** wrong;
    ways *= (symbols - wrong) / (wrong + 1);
  }
  return Math.min(1, (lagsTried(script.maxLightLagMs.value).length * near) / codes);
}
