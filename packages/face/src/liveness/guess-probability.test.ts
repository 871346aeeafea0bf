import { describe, expect, it } from 'vitest';
import { drawLightCode } from '../light/light-code.ts';
import { LightWatch } from '../light/light-watch.ts';
import { type FacePolicy, facePolicy } from '../policy/index.ts';
import type { ChallengeProfile, FaceEvent, Movement, ScreenRgb } from './actions.ts';
import { drawScript } from './draw-script.ts';
import { bestTries, guessOnDisplay, guessProbabilities, type Remaining } from './guess-probability.ts';
import { type Look, look } from './made-up-face.fixture.ts';
import { ScriptVerifier } from './script-verifier.ts';
import { StreamClock } from './stream-clock.ts';

const FRAME_MS = 100;
const LOOKS: Record<Movement, Look> = { turnLeft: { yaw: 32 }, turnRight: { yaw: -32 }, lookUp: { pitch: 27 }, lookDown: { pitch: -27 }, smile: { smile: true }, blink: { closed: true }, openMouth: { mouth: true } };

/** On the way into a turn or nod. */
const halfOf = ({ yaw, pitch }: Look): Look => ({ ...(yaw !== undefined && { yaw: yaw / 2 }), ...(pitch !== undefined && { pitch: pitch / 2 }) });

type Rules = Partial<Record<keyof FacePolicy['script'], number>>;
/** The policy with other numbers, so weak that guesses can be counted. */
const weakened = (rules: Rules): FacePolicy => ({
  ...facePolicy,
  script: { ...facePolicy.script, ...Object.fromEntries(Object.entries(rules).map(([name, value]) => [name, { value, reason: 'weak, so that guesses can be counted' }])) },
});

function randomFrom(seed: number): (n: number) => Uint8Array {
  let state = seed | 1;
  return (n) =>
    Uint8Array.from({ length: n }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 24;
    });
}

const guessOf = (profile: ChallengeProfile, policy: FacePolicy) => guessProbabilities(policy).find((guess) => guess.profile === profile)!;

/**
 * Plays the best film against the verifier itself: it knows when prompts come and when something was seen, never what was
 * asked but that it is the light.
 * @param glass share of the screen's light that what the film is shown on sends back
 */
function filmPasses(profile: ChallengeProfile, policy: FacePolicy, random: (n: number) => Uint8Array, glass = 0): boolean {
  const script = drawScript({ random, policy, profile });
  const clock = new StreamClock(policy);
  const verifier = new ScriptVerifier({ script, policy, clock });
  verifier.begin();
  let now = 0;
  let screen: ScreenRgb | null = null;
  let lit = false;
  const show = (shown: Look): readonly FaceEvent[] => {
    now += FRAME_MS;
    clock.accept({ index: now, capturedAtMs: now, receivedAtMs: now });
    const back = (channel: number): number => glass * ((screen?.[channel] ?? 0) / 255) ** 2.2;
    const { events } = verifier.observe({ capturedAtMs: now, receivedAtMs: now, face: look({ ...shown, skin: [0.3 + back(0), 0.25 + back(1), 0.2 + back(2)] }), faces: 1 });
    for (const event of events) {
      if (event.type === 'screenLight') screen = event.rgb;
      if (event.type === 'prompt') lit = event.action === 'watchScreen';
    }
    return events;
  };
  const shows = (shown: Look, times: number, type: FaceEvent['type']): boolean => Array.from({ length: times }).some(() => show(shown).some((event) => event.type === type));
  const count = script.steps.slice(1).filter(({ action }) => action !== 'watchScreen').length;
  let remaining: Remaining = { count, last: undefined, turned: false, forgiven: policy.script.maxWrongActions.value };
  while (remaining.count > 0 && shows({}, 60, 'prompt')) {
    if (lit) {
      if (!shows({}, 90, 'actionSeen')) return false;
      continue;
    }
    shows({}, 2, 'prompt');
    let seen: Movement | undefined;
    for (const tried of bestTries(profile, policy, remaining)) {
      if (LOOKS[tried].yaw !== undefined || LOOKS[tried].pitch !== undefined) shows(halfOf(LOOKS[tried]), 1, 'actionSeen');
      if (shows(LOOKS[tried], 2, 'actionSeen')) {
        seen = tried;
        break;
      }
      if (tried !== 'blink') remaining = { ...remaining, forgiven: remaining.forgiven - 1 };
      shows({}, 2, 'prompt');
    }
    if (seen === undefined) return false;
    remaining = { ...remaining, count: remaining.count - 1, last: seen, turned: remaining.turned || seen === 'turnLeft' || seen === 'turnRight' };
  }
  // The light may come last.
  shows({}, 150, 'captureComplete');
  return verifier.outcome().some(({ check, status }) => check === 'challenge' && status === 'pass');
}

/** A film that shines some code of its own at once. */
function lightPasses(policy: FacePolicy, random: (n: number) => Uint8Array): boolean {
  const draw = () => drawLightCode({ random, symbols: policy.script.lightSymbols.value });
  const [asked, shown] = [draw(), draw()];
  const clock = new StreamClock(policy);
  const watch = new LightWatch({ light: { symbolMs: 500, colours: asked }, policy, startAtMs: 0 });
  for (let atMs = 0; ; atMs += FRAME_MS) {
    clock.accept({ index: atMs, capturedAtMs: atMs, receivedAtMs: atMs });
    const colour = shown[Math.floor((atMs - 1) / 500)] ?? [110, 110, 110];
    const { outcome } = watch.see({ capturedAtMs: atMs, receivedAtMs: atMs, skin: [0.3 + colour[0] / 2550, 0.25 + colour[1] / 2550, 0.2 + colour[2] / 2550] }, clock);
    if (outcome !== undefined) return outcome === 'seen';
  }
}

/** Counted against computed: three standard errors. */
const within = (passed: number, n: number, probability: number): boolean => Math.abs(passed / n - probability) <= 3 * Math.sqrt((probability * (1 - probability)) / n);

describe('guessProbabilities', () => {
  it('is at most 1e-5 in every profile of the policy in force', () => {
    const guesses = guessProbabilities(facePolicy);
    expect(guesses.map(({ profile }) => profile)).toEqual(['standard', 'withoutLight', 'withoutExpressions', 'withoutNodding']);
    for (const { script } of guesses) expect(script).toBeLessThanOrEqual(1e-5);
  });

  it('is what the best film reaches against the verifier, counted under weaker rules', { timeout: 120_000 }, () => {
    const cases: readonly (readonly [ChallengeProfile, Rules])[] = [
      ['withoutLight', { movementsWithoutLight: 2 }],
      ['withoutLight', { movementsWithoutLight: 3 }],
      ['withoutLight', { movementsWithoutLight: 2, maxWrongActions: 2 }],
    ];
    for (const [i, [profile, rules]] of cases.entries()) {
      const policy = weakened(rules);
      const random = randomFrom(11 + i);
      const n = 1500;
      const passed = Array.from({ length: n }).filter(() => filmPasses(profile, policy, random)).length;
      expect(within(passed, n, guessOf(profile, policy).movements), `${JSON.stringify(rules)}: ${passed} of ${n}, computed ${guessOf(profile, policy).movements}`).toBe(true);
    }
  });

  it('leaves the movements alone against a film on a display, whose glass sends back whatever light is asked for', { timeout: 120_000 }, () => {
    const n = 600;
    for (const [i, [profile, counts]] of ([['withoutNodding', 3], ['standard', 2]] as const).entries()) {
      const policy = weakened({ minMovements: counts, maxMovements: counts });
      const passes = (glass: number): number => {
        const random = randomFrom(31 + i);
        return Array.from({ length: n }).filter(() => filmPasses(profile, policy, random, glass)).length;
      };
      const { movements, script } = guessOf(profile, policy);
      const passed = passes(0.02);
      expect(within(passed, n, movements), `${profile}: ${passed} of ${n}, computed ${movements}`).toBe(true);
      expect(passed / n).toBeGreaterThan(100 * script);
      // The same film, fed in: nothing answers.
      expect(passes(0)).toBe(0);
    }
  });

  it('bounds what a film reaches by its light, and is that exactly when one lag is tried', { timeout: 120_000 }, () => {
    const n = 3000;
    const count = (rules: Rules): { passed: number; computed: number } => {
      const policy = weakened(rules);
      const random = randomFrom(5);
      return { passed: Array.from({ length: n }).filter(() => lightPasses(policy, random)).length, computed: guessOf('standard', policy).light };
    };
    const one = count({ lightSymbols: 6, minLightSymbolsRight: 4, maxLightLagMs: 1 });
    expect(within(one.passed, n, one.computed), JSON.stringify(one)).toBe(true);
    const all = count({ lightSymbols: 6, minLightSymbolsRight: 4 });
    expect(all.passed).toBeGreaterThan(0);
    expect(all.passed / n).toBeLessThan(all.computed);
  });
});

describe('a film on a display', () => {
  it('has the light for nothing: its movements alone count, and a day’s ten scripts add up', () => {
    const shown = guessOnDisplay(facePolicy);
    expect(shown.map(({ profile }) => profile)).toEqual(guessProbabilities(facePolicy).map(({ profile }) => profile));
    for (const { profile, script, day } of shown) {
      expect(script).toBe(guessOf(profile, facePolicy).movements);
      let none = 1;
      for (let i = 0; i < 10; i++) none *= 1 - script;
      expect(day).toBeCloseTo(1 - none, 12);
    }
    expect(guessOf('standard', facePolicy).script).toBeLessThan(shown[0]!.script / 1000);
  });
});
