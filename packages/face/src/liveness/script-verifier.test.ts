import { describe, expect, it } from 'vitest';
import { MESH_POINTS } from '../mesh/landmarks.ts';
import { facePolicy } from '../policy/index.ts';
import type { CaptureAction, FaceEvent, LivenessScript } from './actions.ts';
import type { FaceObservation } from './frame-observation.ts';
import { ScriptVerifier } from './script-verifier.ts';
import { StreamClock } from './stream-clock.ts';

const FRAME_MS = 100;
/** A face whose measures are chosen freely: the verifier sees nothing else. */
interface Look {
  readonly yaw?: number;
  readonly smile?: boolean;
  readonly mouth?: boolean;
  readonly closed?: boolean;
}
const look = (o: Look): FaceObservation => ({
  mesh: domeAt(o.yaw ?? 0),
  pose: { yawDeg: o.yaw ?? 0, pitchDeg: 0, rollDeg: 0 },
  eyeOpening: o.closed === true ? 0.1 : 0.3,
  mouthOpening: o.mouth === true ? 0.5 : 0.05,
  mouthWidth: o.smile === true ? 0.8 : 0.6,
  quality: 'ok',
  skin: [0.3, 0.25, 0.2],
});

function domeAt(degrees: number): Float32Array {
  const mesh = new Float32Array(3 * MESH_POINTS);
  const angle = (degrees * Math.PI) / 180;
  const placed = new Map([[33, [-4.5, 3]], [263, [4.5, 3]], [2, [0, -2]]]);
  for (let i = 0; i < MESH_POINTS; i++) {
    const [x, y] = (placed.get(i) ?? [Math.sin(i * 12.9898) * 7, Math.sin(i * 78.233) * 9]) as [number, number];
    const z = 6 - 0.06 * (x * x + y * y);
    const away = 50 - (z * Math.cos(angle) - x * Math.sin(angle));
    mesh[3 * i] = (600 * (x * Math.cos(angle) + z * Math.sin(angle))) / away;
    mesh[3 * i + 1] = (600 * y) / away;
  }
  return mesh;
}

/** Runs frames of 100 ms through a verifier; each look is shown as often as its number says, `prompt` until the next prompt comes. */
function run(actions: readonly CaptureAction[], frames: readonly (readonly [Look | 'nobody', number | 'prompt'])[]) {
  const script: LivenessScript = { profile: 'standard', steps: actions.map((action) => ({ action, timeoutMs: 3000, pauseMs: 300 })) };
  const clock = new StreamClock(facePolicy);
  const verifier = new ScriptVerifier({ script, policy: facePolicy, clock });
  const events: FaceEvent[] = [...verifier.begin()];
  const views: string[] = [];
  let now = 0;
  const show = (shown: Look | 'nobody'): boolean => {
    now += FRAME_MS;
    clock.accept({ index: now, capturedAtMs: now, receivedAtMs: now + 40 });
    const step = verifier.observe({ capturedAtMs: now, receivedAtMs: now + 40, face: shown === 'nobody' ? undefined : look(shown), faces: 1 });
    events.push(...step.events);
    if (step.view !== undefined && step.view !== 'facing') views.push(step.view);
    return step.events.some((e) => e.type === 'prompt' || e.type === 'captureComplete');
  };
  for (const [shown, times] of frames) for (let i = 0; i < (times === 'prompt' ? 100 : times); i++) if (show(shown) && times === 'prompt') break;
  const checks = verifier.outcome();
  const codes = checks.flatMap((c) => (c.status === 'fail' ? [c.code] : []));
  return { checks, views, codes, seen: events.filter((e) => e.type === 'actionSeen').length, ended: verifier.ended };
}

const rest: Look = {};

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

  it('hands on the frame in which a movement was counted, so that it can be asked whose movement it was', () => {
    expect(run(['lookAhead', 'turnLeft', 'blink'], [[rest, 'prompt'], [rest, 3], [{ yaw: 30 }, 2], [rest, 'prompt'], [rest, 3], [{ closed: true }, 2], [rest, 'prompt']]).views).toEqual(['baselineFirst', 'baseline', 'baseline', 'acted', 'return', 'acted', 'return']);
  });
});
