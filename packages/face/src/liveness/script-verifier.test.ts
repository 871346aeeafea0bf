import { describe, expect, it } from 'vitest';
import { facePolicy } from '../policy/index.ts';
import { drawLightCode } from '../light/light-code.ts';
import type { CaptureAction, ChallengeProfile, FaceEvent, LivenessScript, ScreenRgb } from './actions.ts';
import type { FaceObservation } from './frame-observation.ts';
import { type Look, look } from './made-up-face.fixture.ts';
import { ScriptVerifier } from './script-verifier.ts';
import { StreamClock } from './stream-clock.ts';

const FRAME_MS = 100;
/** Bytes that differ; any would do. */
function counting(): (n: number) => Uint8Array {
  let at = 0;
  return (n) => new Uint8Array(n).map(() => (at += 89));
}
const symbols = facePolicy.script.lightSymbols.value;
const light = { symbolMs: facePolicy.script.lightSymbolMs.value, colours: drawLightCode({ random: counting(), symbols }) };
/** From the booth's word to a frame that shows the light. */
const LAG_MS = 130;
const shoneOn = (rgb: ScreenRgb | null): FaceObservation['skin'] => {
  const at = (level: number, k: number): number => level + (rgb === null ? 0 : (0.1 * level * rgb[k]!) / 255);
  return [at(0.3, 0), at(0.25, 1), at(0.2, 2)];
};

/**
 * Runs frames of 100 ms through a verifier; each look is shown as often as its number says, `prompt` until the next prompt comes.
 * @param o.answers what the face sends back of the light that the screen shines: that light, unless said
 */
function run(actions: readonly CaptureAction[], frames: readonly (readonly [Look | 'nobody', number | 'prompt'])[], o: { readonly profile?: ChallengeProfile; readonly answers?: (rgb: ScreenRgb | null) => ScreenRgb | null } = {}) {
  const script: LivenessScript = {
    profile: o.profile ?? 'standard',
    steps: actions.map((action) => (action === 'watchScreen' ? { action, timeoutMs: 15_000, pauseMs: 300, light } : { action, timeoutMs: 3000, pauseMs: 300 })),
  };
  const clock = new StreamClock(facePolicy);
  const verifier = new ScriptVerifier({ script, policy: facePolicy, clock });
  const events: FaceEvent[] = [...verifier.begin()];
  const views: string[] = [];
  const lights: { readonly rgb: ScreenRgb | null; readonly atMs: number }[] = [];
  let now = 0;
  const show = (shown: Look | 'nobody'): boolean => {
    now += FRAME_MS;
    clock.accept({ index: now, capturedAtMs: now, receivedAtMs: now + 40 });
    const falling = lights.findLast(({ atMs }) => atMs + LAG_MS <= now)?.rgb ?? null;
    const skin = shoneOn((o.answers ?? ((rgb) => rgb))(falling));
    const step = verifier.observe({ capturedAtMs: now, receivedAtMs: now + 40, face: shown === 'nobody' ? undefined : look({ skin, ...shown }), faces: 1 });
    events.push(...step.events);
    for (const event of step.events) if (event.type === 'screenLight') lights.push({ rgb: event.rgb, atMs: now + 40 });
    if (step.view !== undefined && step.view !== 'facing') views.push(step.view);
    return step.events.some((e) => e.type === 'prompt' || e.type === 'captureComplete');
  };
  for (const [shown, times] of frames.flatMap(halfway)) for (let i = 0; i < (times === 'prompt' ? 120 : times); i++) if (show(shown) && times === 'prompt') break;
  const checks = verifier.outcome();
  const codes = checks.flatMap((c) => (c.status === 'fail' ? [c.code] : []));
  return { checks, views, codes, lights, events, seen: events.filter((e) => e.type === 'actionSeen').length, ended: verifier.ended };
}

const rest: Look = {};

/** Heads do not jump: the first of several frames of a turn or nod is half of it. */
function halfway([shown, times]: readonly [Look | 'nobody', number | 'prompt']): readonly (readonly [Look | 'nobody', number | 'prompt'])[] {
  if (shown === 'nobody' || times === 'prompt' || times < 2) return [[shown, times]];
  const half = { ...shown, ...(shown.yaw !== undefined && { yaw: shown.yaw / 2 }), ...(shown.pitch !== undefined && { pitch: shown.pitch / 2 }) };
  return [[half, 1], [shown, times - 1]];
}

describe('ScriptVerifier', () => {
  it('passes movements that begin after their prompts and end at rest', () => {
    const done = run(['lookAhead', 'turnLeft', 'blink'], [[rest, 'prompt'], [rest, 3], [{ yaw: 15 }, 1], [{ yaw: 30 }, 2], [rest, 'prompt'], [rest, 3], [{ closed: true }, 2], [rest, 'prompt']]);
    expect(done).toMatchObject({ codes: [], seen: 3, ended: true });
  });

  it('does not count a smile sooner than a person can react, nor one that stays on', () => {
    const early = run(['lookAhead', 'smile'], [[rest, 'prompt'], [{ smile: true }, 25]]);
    expect(early).toMatchObject({ codes: ['FACE_LIVENESS_TIMEOUT'], seen: 1, ended: false });
    const again = run(['lookAhead', 'smile'], [[rest, 'prompt'], [{ smile: true }, 5], [rest, 2], [{ smile: true }, 2], [rest, 'prompt']]);
    expect(again).toMatchObject({ codes: [], seen: 2, ended: true });
  });

  it('asks nobody to smile more than they do: who smiled as the camera started relaxes and smiles again', () => {
    const smiling: Look = { smile: true };
    const relaxed = run(['lookAhead', 'smile'], [[smiling, 'prompt'], [smiling, 3], [rest, 5], [smiling, 2], [rest, 'prompt']]);
    expect(relaxed).toMatchObject({ codes: [], seen: 2, ended: true });
    // The smile that stayed, or came back sooner than three frames of rest, is none that was asked for.
    expect(run(['lookAhead', 'smile'], [[smiling, 'prompt'], [smiling, 25]]).seen).toBe(1);
    expect(run(['lookAhead', 'smile'], [[smiling, 'prompt'], [smiling, 3], [rest, 2], [smiling, 25]]).seen).toBe(1);
  });

  it('does not count a turn to the other side, and a second wrong movement ends it', () => {
    const once = run(['lookAhead', 'turnLeft'], [[rest, 'prompt'], [rest, 3], [{ yaw: -30 }, 3], [rest, 2], [{ yaw: 30 }, 2], [rest, 'prompt']]);
    expect(once).toMatchObject({ codes: [], seen: 2, ended: true });
    const twice = run(['lookAhead', 'turnLeft'], [[rest, 'prompt'], [rest, 3], [{ yaw: -30 }, 3], [rest, 2], [{ mouth: true }, 3]]);
    expect(twice).toMatchObject({ codes: ['FACE_LIVENESS_WRONG_ACTION'], seen: 1, ended: true });
  });

  it('ends at the deadline, not a frame later, and what comes then is not seen', () => {
    const late = run(['lookAhead', 'blink'], [[rest, 'prompt'], [rest, 31], [{ closed: true }, 3], [rest, 10]]);
    expect(late).toMatchObject({ seen: 1, ended: true });
    const inTime = run(['lookAhead', 'blink'], [[rest, 'prompt'], [rest, 28], [{ closed: true }, 2], [rest, 'prompt']]);
    expect(inTime).toMatchObject({ codes: [], seen: 2, ended: true });
  });

  it('wants the face back at rest before it goes on', () => {
    const stuck = run(['lookAhead', 'turnRight', 'smile'], [[rest, 'prompt'], [rest, 3], [{ yaw: -30 }, 80]]);
    expect(stuck).toMatchObject({ codes: ['FACE_LIVENESS_TIMEOUT'], seen: 2, ended: true });
  });

  it('forgives a hand in the picture and no more', () => {
    const short = run(['lookAhead', 'blink'], [[rest, 'prompt'], ['nobody', 8], [rest, 2], [{ closed: true }, 2], [rest, 'prompt']]);
    expect(short.codes).toEqual([]);
    const long = run(['lookAhead', 'blink'], [[rest, 'prompt'], ['nobody', 15]]);
    expect(long.codes).toEqual(['FACE_NOT_FOUND']);
  });

  it('an unfinished script is a failed one, whatever was done so far', () => {
    expect(run(['lookAhead', 'blink'], [[rest, 5]]).codes).toEqual(['FACE_LIVENESS_TIMEOUT']);
    expect(run(['lookAhead', 'blink'], [['nobody', 5]]).codes).toEqual(['FACE_NOT_FOUND']);
    expect(run(['lookAhead', 'blink'], []).codes).toEqual(['FACE_NOT_FOUND']);
  });

  it('does not claim depth where no turn was asked for', () => {
    const parallaxOf = (actions: readonly CaptureAction[], frames: Parameters<typeof run>[1]) => run(actions, frames).checks.find((c) => c.check === 'livenessParallax');
    expect(parallaxOf(['lookAhead', 'blink'], [[rest, 'prompt'], [rest, 3], [{ closed: true }, 2], [rest, 'prompt']])).toEqual({ check: 'livenessParallax', status: 'notRun', reason: 'notAsked' });
    expect(parallaxOf(['lookAhead', 'turnLeft'], [[rest, 'prompt'], [rest, 3], [{ yaw: 30 }, 2], [rest, 'prompt']])).toEqual({ check: 'livenessParallax', status: 'pass' });
  });

  it('calls a picture a picture also when it is waved, and one who blinks but follows nothing a person', () => {
    const waved = Array.from({ length: 40 }, (_, i) => [{ yaw: 4 * Math.sin(i) }, 1] as const);
    expect(run(['lookAhead', 'smile'], [[rest, 'prompt'], ...waved]).codes).toEqual(['FACE_NOT_LIVE']);
    expect(run(['lookAhead', 'smile'], [[rest, 'prompt'], [rest, 15], [{ closed: true }, 2], [rest, 20]]).codes).toEqual(['FACE_LIVENESS_TIMEOUT']);
  });

  it('looks at the eyes at the beginning, until something moved, for a blink, and at the end of a rest', () => {
    const script: LivenessScript = { profile: 'standard', steps: (['lookAhead', 'turnLeft', 'turnRight', 'blink'] as const).map((action) => ({ action, timeoutMs: 3000, pauseMs: 500 })) };
    const clock = new StreamClock(facePolicy);
    const verifier = new ScriptVerifier({ script, policy: facePolicy, clock });
    verifier.begin();
    let now = 0;
    const see = (shown: Look): { readonly events: readonly FaceEvent[]; readonly looks: boolean } => {
      now += FRAME_MS;
      clock.accept({ index: now, capturedAtMs: now, receivedAtMs: now + 40 });
      const looks = verifier.looksAtEyes(now);
      const face = looks ? look(shown) : { ...look(shown), eyeOpening: undefined };
      return { events: verifier.observe({ capturedAtMs: now, receivedAtMs: now + 40, face, faces: 1 }).events, looks };
    };
    /** In how many of the frames until it happens, as a share. */
    const until = (shown: Look, happens: FaceEvent['type']): number => {
      for (let [i, looked] = [1, 0]; i < 40; i++) {
        const { events, looks } = see(shown);
        if (looks) looked++;
        if (events.some(({ type }) => type === happens)) return looked / i;
      }
      throw new Error(`no ${happens}`);
    };
    expect(until(rest, 'prompt')).toBe(1);
    now += 300;
    see({ yaw: 15 });
    expect(until({ yaw: 30 }, 'actionSeen')).toBe(1);
    expect(until(rest, 'prompt')).toBeCloseTo(1 / 5);
    now += 300;
    see({ yaw: -15 });
    expect(until({ yaw: -30 }, 'actionSeen')).toBe(0);
    expect(until(rest, 'prompt')).toBeCloseTo(1 / 5);
    now += 300;
    expect(until({ closed: true }, 'actionSeen')).toBe(1);
    expect(until(rest, 'captureComplete')).toBe(1);
    expect(verifier.outcome().some(({ status }) => status === 'fail')).toBe(false);
  });

  it('hands on the frame in which a movement was counted, so that it can be asked whose movement it was', () => {
    expect(run(['lookAhead', 'turnLeft', 'blink'], [[rest, 'prompt'], [rest, 3], [{ yaw: 30 }, 2], [rest, 'prompt'], [rest, 3], [{ closed: true }, 2], [rest, 'prompt']]).views).toEqual(['baselineFirst', 'baseline', 'baseline', 'underWay', 'turned', 'return', 'expressed', 'return']);
  });

  it('does not count a turn or nod whose way there no frame showed: at its end anybody’s face looks alike', () => {
    for (const [asked, end, way] of [['turnLeft', { yaw: 30 }, { yaw: 15 }], ['lookUp', { pitch: 27 }, { pitch: 13 }]] as const) {
      const jumped: Parameters<typeof run>[1] = [[rest, 'prompt'], [rest, 3], [end, 1], [end, 1], [end, 1]];
      expect(run(['lookAhead', asked], jumped)).toMatchObject({ seen: 1, codes: ['FACE_LIVENESS_TIMEOUT'] });
      expect(run(['lookAhead', asked], [...jumped, [rest, 2], [way, 1], [end, 1], [rest, 'prompt']])).toMatchObject({ seen: 2, codes: [] });
    }
  });

  it('sees heads that look up and down, and takes neither for the other', () => {
    const nodded = run(['lookAhead', 'lookUp', 'lookDown'], [[rest, 'prompt'], [rest, 3], [{ pitch: 27 }, 2], [rest, 'prompt'], [rest, 3], [{ pitch: -27 }, 2], [rest, 'prompt']]);
    expect(nodded).toMatchObject({ codes: [], seen: 3, ended: true });
    expect(run(['lookAhead', 'lookUp'], [[rest, 'prompt'], [rest, 3], [{ pitch: -27 }, 3], [rest, 2], [{ pitch: -27 }, 3]]).codes).toEqual(['FACE_LIVENESS_WRONG_ACTION']);
  });

  it('lets nobody do everything at once: a laugh with a turned head and a nod is one right movement and two wrong ones', () => {
    for (const asked of ['turnLeft', 'lookUp', 'smile'] as const) {
      const everything = run(['lookAhead', asked], [[rest, 'prompt'], [rest, 3], [{ smile: true, yaw: 12 }, 1], [{ mouth: true, yaw: 12 }, 1], [{ mouth: true, yaw: 32, pitch: 27 }, 3], [rest, 'prompt']]);
      expect(asked === 'smile' ? everything.seen : everything.codes, asked).toEqual(asked === 'smile' ? 2 : ['FACE_LIVENESS_WRONG_ACTION']);
    }
    // A mouth that is open and broad is an open mouth, not a smile.
    expect(run(['lookAhead', 'smile'], [[rest, 'prompt'], [rest, 3], [{ mouth: true, smile: true }, 25]]).seen).toBe(1);
  });

  describe('the light', () => {
    const watched = (o: Parameters<typeof run>[2] = {}, during: Look = rest) => run(['lookAhead', 'watchScreen'], [[rest, 'prompt'], [during, 'prompt']], o);
    const outcome = ({ checks }: ReturnType<typeof run>) => checks.find(({ check }) => check === 'screenLight');

    it('passes a face that sends back what the screen shines, one colour after the other and at last none', () => {
      const { lights, codes, ended, checks } = watched();
      expect(codes).toEqual([]);
      expect(ended).toBe(true);
      expect(lights.map(({ rgb }) => rgb)).toEqual([...light.colours, null]);
      expect(outcome({ checks } as ReturnType<typeof run>)).toEqual({ check: 'screenLight', status: 'pass' });
      for (const [i, { atMs }] of lights.slice(1).entries()) expect(atMs - lights[i]!.atMs).toBeGreaterThanOrEqual(light.symbolMs);
    });

    it('refuses a face that answers other light, and one that answers none, each by its code', () => {
      expect(outcome(watched({ answers: (rgb) => rgb && [rgb[1], rgb[2], rgb[0]] }))).toEqual({ check: 'screenLight', status: 'fail', code: 'FACE_LIGHT_WRONG' });
      expect(outcome(watched({ answers: () => null }))).toEqual({ check: 'screenLight', status: 'fail', code: 'FACE_LIGHT_NOT_SEEN' });
    });

    it('holds movements against whoever makes them meanwhile, and leaves no screen shining', () => {
      const { codes, events } = run(['lookAhead', 'watchScreen'], [[rest, 'prompt'], [rest, 10], [{ yaw: 32 }, 3], [rest, 3], [{ mouth: true }, 3]]);
      expect(codes).toEqual(['FACE_LIVENESS_WRONG_ACTION']);
      expect(events.slice(-2)).toEqual([{ type: 'screenLight', rgb: null }, { type: 'captureComplete' }]);
    });
  });

  describe('the challenge', () => {
    const turnBlinkSmile: Parameters<typeof run>[1] = [[rest, 'prompt'], [rest, 3], [{ yaw: 30 }, 2], [rest, 'prompt'], [rest, 3], [{ closed: true }, 2], [rest, 'prompt'], [rest, 3], [{ smile: true }, 2], [rest, 'prompt']];
    const challengeOf = ({ checks }: ReturnType<typeof run>) => checks.find(({ check }) => check === 'challenge');

    it('passes with every check of the profile', () => {
      expect(challengeOf(run(['lookAhead', 'turnLeft', 'blink', 'smile', 'watchScreen'], [...turnBlinkSmile, [rest, 'prompt']]))).toEqual({ check: 'challenge', status: 'pass' });
    });

    it('does not pass where the script left out what the profile asks for', () => {
      const left = { check: 'challenge', status: 'notRun', reason: 'notAsked' };
      expect(challengeOf(run(['lookAhead', 'turnLeft', 'blink', 'smile'], turnBlinkSmile))).toEqual(left);
      // Without the light nine movements are wanted.
      expect(challengeOf(run(['lookAhead', 'turnLeft', 'blink', 'smile'], turnBlinkSmile, { profile: 'withoutLight' }))).toEqual(left);
    });
  });
});
