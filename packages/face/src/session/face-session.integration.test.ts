import { fileURLToPath } from 'node:url';
import { castSeeds, createCitizen, createIgnoringPresenter, createStillPresenter, encodeJpeg, encodeJpeg2000, loadCanonicalMesh } from '@visavis/specimen';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawLightCode } from '../light/light-code.ts';
import { locateFace } from '../detect/locate-face.ts';
import type { Embedding, EmbeddingRole } from '../embed/embedder.ts';
import { createFusionEmbedder } from '../embed/fusion-embedder.ts';
import { decodeJpeg, PORTRAIT_LIMITS } from '../engine/decode-jpeg.ts';
import { loadNetworks } from '../engine/load-networks.ts';
import { convertModels } from '../models/convert-models.ts';
import { layOutNetworks } from '../models/lay-out-networks.ts';
import { createFaceEngine, type FaceEngine, type FaceEvent, type FaceReport, type LivenessScript } from '../index.ts';
import { facePolicy } from '../policy/index.ts';

const mesh = loadCanonicalMesh();
const modelsDir = fileURLToPath(new URL('../../../../.state/models/', import.meta.url));

type Citizen = ReturnType<typeof createCitizen>;
type Pose = Parameters<Citizen['renderFrame']>[0];
type Pixels = ReturnType<Citizen['renderFrame']>;
type Action = LivenessScript['steps'][number]['action'];

const FRAME_MS = 100;
const NETWORK_MS = 45;
const REACTION_MS = 350;
/** How far the cast's scores keep from the threshold on either side, so that noise or another JPEG encoder never decides a test. */
const CAST_MARGIN = 0.7;

/** Bytes that differ; any would do. */
function counting(): (n: number) => Uint8Array {
  let at = 0;
  return (n) => new Uint8Array(n).map(() => (at += 89));
}
type Rgb = readonly [number, number, number];
const light = { symbolMs: facePolicy.script.lightSymbolMs.value, colours: drawLightCode({ random: counting(), symbols: facePolicy.script.lightSymbols.value }) };

/** A script that a test chooses; the product draws its own. */
const scriptOf = (...actions: Action[]): LivenessScript => ({
  profile: actions.includes('watchScreen') ? 'standard' : 'withoutLight',
  steps: ['lookAhead' as const, ...actions].map((action) => ({ action, timeoutMs: action === 'watchScreen' ? 15_000 : 5000, pauseMs: 300, light: action === 'watchScreen' ? light : undefined })),
});

const ACTED: Partial<Record<Action, readonly Pose[]>> = {
  turnLeft: [{ yawDeg: 12 }, { yawDeg: 24 }, { yawDeg: 32 }],
  turnRight: [{ yawDeg: -12 }, { yawDeg: -24 }, { yawDeg: -32 }],
  lookUp: [{ pitchDeg: 12 }, { pitchDeg: 24 }, { pitchDeg: 29 }],
  lookDown: [{ pitchDeg: -12 }, { pitchDeg: -24 }, { pitchDeg: -29 }],
  smile: [{ smile: 0.5 }, { smile: 1 }, { smile: 1 }],
  blink: [{ blinkLeft: 1, blinkRight: 1 }, { blinkLeft: 1, blinkRight: 1 }, {}],
  openMouth: [{ mouthOpen: 0.5 }, { mouthOpen: 1 }, { mouthOpen: 1 }],
};
/** Nobody holds quite still. */
const SWAY: readonly Pose[] = [{}, { yawDeg: 1.5, pitchDeg: 0.5 }, { yawDeg: 2.5, pitchDeg: -1 }, { yawDeg: -1.5 }];

const rendered = new Map<string, Pixels>();
function render(citizen: Citizen, pose: Pose): Pixels {
  const key = `${citizen.seed} ${JSON.stringify(pose)}`;
  const known = rendered.get(key) ?? citizen.renderFrame(pose);
  rendered.set(key, known);
  return known;
}

/** Sensor noise, so that no two frames are alike; from a seed. */
function withNoise(image: Pixels, seed: number): Pixels {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const noisy = image.data.map((v) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.min(255, Math.max(0, v + (state >>> 30) - 1));
  });
  return { ...image, data: noisy };
}

/** Answers with the picture to show, given the time and what the booth last asked (and when). */
interface Asked {
  readonly action: Action;
  readonly sinceMs: number;
  readonly done: boolean;
  /** What the screen shines, a moment ago. */
  readonly screen: Rgb | null;
}
type Actor = (nowMs: number, asked: Asked) => Pixels;
/** From the booth's word to a picture that shows the light. */
const LIGHT_LAG_MS = 150;
/** Of a phone's screen at arm's length, in a room with ordinary light. */
const SCREEN_SHARE = 0.1;
const lit = (pose: Pose, screen: Rgb | null): Pose => (screen === null ? pose : { ...pose, screenLight: screen.map((level) => SCREEN_SHARE * (level / 255) ** 2.2) as unknown as Rgb });

const honest = (citizen: Citizen, heed: (action: Action) => Action | undefined = (action) => action): Actor => (nowMs, asked) => {
  const sway = SWAY[Math.floor(nowMs / 700) % SWAY.length]!;
  const acted = heed(asked.action);
  const poses = acted === undefined ? undefined : ACTED[acted];
  const step = Math.floor((nowMs - asked.sinceMs - REACTION_MS) / (1.5 * FRAME_MS));
  if (poses === undefined || asked.done || step < 0) return render(citizen, lit(sway, asked.screen));
  return render(citizen, lit(poses[Math.min(step, poses.length - 1)]!, asked.screen));
};

interface Performance {
  /** Asked again, when the session had been told to forget. */
  readonly afterForgetting: FaceReport;
  readonly report: FaceReport;
  readonly events: readonly FaceEvent[];
  readonly slowestMs: number;
  readonly reportMs: number;
  readonly frames: number;
}

describe('a face session on synthetic citizens', () => {
  let engine: FaceEngine;
  let alice: Citizen;
  let bob: Citizen;
  const portraitOf = async (citizen: Citizen) => ({ mediaType: 'image/jpeg' as const, bytes: await encodeJpeg(citizen.renderPortrait(), 90) });

  beforeAll(async () => {
    await convertModels({ modelsDir, onProgress: () => undefined });
    await layOutNetworks({ modelsDir, onProgress: () => undefined });
    engine = await createFaceEngine({ modelsDir });
    const [first, second] = castSeeds as [number, number];
    alice = createCitizen({ seed: first, mesh });
    bob = createCitizen({ seed: second, mesh });
  });

  /** Plays a capture against a session in made-up time. */
  async function perform(o: { portrait: Citizen; actor: Actor; script: LivenessScript; noise?: (frame: number) => number; maxMs?: number }): Promise<Performance> {
    const session = await engine.openSession({ portrait: await portraitOf(o.portrait), policy: facePolicy });
    const events: FaceEvent[] = session.begin(o.script);
    let asked: Asked = { action: 'lookAhead', sinceMs: 0, done: false, screen: null };
    const lights: { readonly rgb: Rgb | null; readonly atMs: number }[] = [];
    let slowestMs = 0;
    let index = 0;
    for (let nowMs = 0; nowMs < (o.maxMs ?? 60_000); nowMs += FRAME_MS) {
      const screen = lights.findLast(({ atMs }) => atMs + LIGHT_LAG_MS <= nowMs)?.rgb ?? null;
      const pixels = withNoise(o.actor(nowMs, { ...asked, screen }), o.noise?.(index) ?? index);
      const jpeg = await encodeJpeg(pixels, 85);
      const before = performance.now();
      const answer = await session.addFrame({ index: index++, capturedAtMs: nowMs, receivedAtMs: nowMs + NETWORK_MS, jpeg });
      slowestMs = Math.max(slowestMs, performance.now() - before);
      events.push(...answer);
      for (const event of answer) {
        if (event.type === 'prompt') asked = { action: event.action, sinceMs: nowMs + NETWORK_MS, done: false, screen: null };
        if (event.type === 'screenLight') lights.push({ rgb: event.rgb, atMs: nowMs + NETWORK_MS });
        if (event.type === 'actionSeen') asked = { ...asked, done: true };
      }
      if (answer.some((event) => event.type === 'captureComplete')) break;
    }
    const before = performance.now();
    const report = session.report();
    const reportMs = performance.now() - before;
    session.forget();
    return { report, afterForgetting: session.report(), events, slowestMs, reportMs, frames: index };
  }

  const failures = (report: FaceReport): string[] => report.checks.flatMap((c) => (c.status === 'fail' ? [`${c.check}: ${c.code}`] : []));
  /** No network for passive attack detection ships, and every report says so. */
  const noNetwork = { check: 'passivePad', status: 'notRun', reason: 'noNetwork' };
  const allPass = (report: FaceReport): boolean => report.checks.filter((c) => c.status !== 'pass').every((c) => c.check === 'passivePad' && c.status === 'notRun');

  const full = scriptOf('smile', 'turnLeft', 'watchScreen', 'blink', 'openMouth');

  it('the honest citizen passes every check, and the report is there with the last frame', async () => {
    const { report, afterForgetting, events, reportMs } = await perform({ portrait: alice, actor: honest(alice), script: full });
    expect(failures(report)).toEqual([]);
    expect(allPass(report)).toBe(true);
    expect(report.checks).toHaveLength(14);
    expect(events.filter((e) => e.type === 'prompt').map((e) => e.action)).toEqual(full.steps.map((a) => a.action));
    expect(events.at(-1)).toEqual({ type: 'captureComplete' });
    expect(reportMs).toBeLessThan(150);
    // What was forgotten is like nobody.
    expect(failures(afterForgetting)).toEqual(['acquisition: FACE_TOO_FEW_FRAMES']);
  });

  it('another honest citizen passes, with another order and a turn to the other side', async () => {
    const { report } = await perform({ portrait: bob, actor: honest(bob), script: scriptOf('turnRight', 'lookUp', 'lookDown', 'watchScreen') });
    expect(failures(report)).toEqual([]);
  });

  it('an honest citizen who must not look at coloured light passes by more movements, and the report says which check that leaves out', async () => {
    const { report } = await perform({ portrait: bob, actor: honest(bob), script: scriptOf('turnLeft', 'smile', 'lookDown', 'turnRight', 'openMouth', 'lookUp', 'smile', 'turnLeft', 'openMouth') });
    expect(report.checks.filter(({ status }) => status !== 'pass')).toEqual([{ check: 'screenLight', status: 'notRun', reason: 'notAsked' }, noNetwork]);
  });

  it('a camera whose picture does not answer the light: FACE_LIGHT_NOT_SEEN; one that answers other light: FACE_LIGHT_WRONG', async () => {
    const acted = honest(alice);
    const unlit: Actor = (nowMs, asked) => acted(nowMs, { ...asked, screen: null });
    const otherLight: Actor = (nowMs, asked) => acted(nowMs, { ...asked, screen: asked.screen && [asked.screen[1], asked.screen[2], asked.screen[0]] });
    const lightFirst = scriptOf('watchScreen', 'turnLeft', 'smile', 'blink');
    expect(failures((await perform({ portrait: alice, actor: unlit, script: lightFirst })).report)).toEqual(['screenLight: FACE_LIGHT_NOT_SEEN']);
    const { report } = await perform({ portrait: alice, actor: otherLight, script: lightFirst });
    expect(failures(report)).toEqual(['screenLight: FACE_LIGHT_WRONG']);
    expect(report.checks.find((c) => c.check === 'challenge')).toMatchObject({ status: 'notRun' });
  });

  it('an honest citizen who smiles as the camera starts passes too, though a smile is asked of them', async () => {
    const acted = honest(alice);
    const actor: Actor = (nowMs, asked) => (asked.action === 'lookAhead' && !asked.done ? render(alice, { smile: 1 }) : acted(nowMs, asked));
    const { report } = await perform({ portrait: alice, actor, script: full });
    expect(failures(report)).toEqual([]);
  });

  it("another citizen's portrait: FACE_COMPARISON_BELOW_THRESHOLD and nothing else", async () => {
    const { report } = await perform({ portrait: bob, actor: honest(alice), script: full });
    expect(failures(report)).toEqual(['comparison: FACE_COMPARISON_BELOW_THRESHOLD']);
  });

  it('a still photograph: FACE_NOT_LIVE, and it is never compared', async () => {
    const presenter = createStillPresenter({ citizen: alice, seed: 1 });
    const { report } = await perform({ portrait: alice, actor: (nowMs) => presenter.frameAt(nowMs), script: full });
    expect(failures(report)).toEqual(['livenessScript: FACE_NOT_LIVE']);
    for (const check of ['acquisition', 'comparison']) expect(report.checks.find((c) => c.check === check)).toMatchObject({ status: 'notRun' });
  });

  it('a camera that delivers one picture for ever, byte for byte: FACE_NOT_LIVE', async () => {
    const { report } = await perform({ portrait: alice, actor: () => render(alice, {}), script: full, noise: (frame) => Math.min(frame, 12) });
    expect(failures(report)).toEqual(['livenessScript: FACE_NOT_LIVE']);
  });

  it('prompts ignored by a living person: FACE_LIVENESS_TIMEOUT', async () => {
    const presenter = createIgnoringPresenter({ citizen: alice, seed: 2 });
    const { report } = await perform({ portrait: alice, actor: (nowMs) => presenter.frameAt(nowMs), script: full });
    expect(failures(report)).toEqual(['livenessScript: FACE_LIVENESS_TIMEOUT']);
  });

  it('a flat print that is turned: FACE_LIVENESS_NO_PARALLAX', async () => {
    const flat = [0, 15, 30, 42].map((deg) => turnPrint(render(alice, {}), deg));
    const actor: Actor = (nowMs, asked) => flat[asked.action === 'turnLeft' ? Math.min(3, Math.max(0, Math.floor((nowMs - asked.sinceMs - REACTION_MS) / 300))) : 0]!;
    const { report } = await perform({ portrait: alice, actor, script: scriptOf('turnLeft', 'smile', 'blink', 'openMouth') });
    expect(failures(report)).toEqual(['livenessParallax: FACE_LIVENESS_NO_PARALLAX']);
  });

  it('a print bent round a cylinder and turned until it reads as a turned head: FACE_LIVENESS_NO_PARALLAX', async () => {
    const bent = [0, 20, 40, 52, 60].map((deg) => turnPrint(render(alice, {}), deg, 260));
    const actor: Actor = (nowMs, asked) => bent[asked.action === 'turnLeft' ? Math.min(4, Math.max(0, Math.floor((nowMs - asked.sinceMs - REACTION_MS) / 400))) : 0]!;
    const { report } = await perform({ portrait: alice, actor, script: scriptOf('turnLeft', 'smile', 'blink', 'openMouth') });
    expect(failures(report)).toEqual(['livenessParallax: FACE_LIVENESS_NO_PARALLAX']);
  });

  it('a film of another script: FACE_LIVENESS_WRONG_ACTION', async () => {
    const other: Partial<Record<Action, Action>> = { smile: 'turnRight', turnLeft: 'openMouth', blink: 'smile', openMouth: 'turnLeft' };
    // Each task of the film comes twice while the prompt waits.
    const filmed = honest(alice, (action) => other[action]);
    const actor: Actor = (nowMs, asked) => filmed(nowMs, { ...asked, sinceMs: asked.sinceMs + Math.floor(Math.max(0, nowMs - asked.sinceMs) / 1600) * 1600 });
    const { report } = await perform({ portrait: alice, actor, script: full });
    expect(failures(report)).toEqual(['livenessScript: FACE_LIVENESS_WRONG_ACTION']);
  });

  it('a film that runs in a loop: FACE_REPLAYED_FRAMES', async () => {
    const { report } = await perform({ portrait: alice, actor: (nowMs) => render(alice, SWAY[Math.floor(nowMs / 100) % 4]!), script: full, noise: (frame) => frame % 12 });
    expect(failures(report)).toEqual(['frameFreshness: FACE_REPLAYED_FRAMES']);
  });

  it('a film that runs in a loop with a comment added to each file: FACE_REPLAYED_FRAMES all the same', async () => {
    const film = await Promise.all(Array.from({ length: 12 }, (_, i) => encodeJpeg(withNoise(render(alice, SWAY[i % 4]!), i), 85)));
    const session = await engine.openSession({ portrait: await portraitOf(alice), policy: facePolicy });
    session.begin(full);
    for (let index = 0; index < 16; index++) await session.addFrame({ index, capturedAtMs: 100 * index, receivedAtMs: 100 * index + NETWORK_MS, jpeg: withComment(film[index % 12]!, index) });
    expect(failures(session.report())).toEqual(['frameFreshness: FACE_REPLAYED_FRAMES']);
  });

  it('a second person who takes over: FACE_CHANGED, and nobody is compared', async () => {
    const [first, second] = [honest(alice), honest(bob)];
    let taken = false;
    const actor: Actor = (nowMs, asked) => {
      taken ||= asked.action === 'blink';
      return (taken ? second : first)(nowMs, asked);
    };
    const { report } = await perform({ portrait: alice, actor, script: full });
    expect(failures(report)).toEqual(['continuity: FACE_CHANGED']);
    expect(report.checks.find((c) => c.check === 'comparison')).toEqual({ check: 'comparison', status: 'notRun', reason: 'faceChanged' });
  });

  it('one person at rest and another in the tasks, in any of them: FACE_CHANGED', async () => {
    const [holder, helper] = [honest(alice), honest(bob)];
    for (const task of ['smile', 'turnLeft'] as const) {
      const actor: Actor = (nowMs, asked) => (asked.action === task && !asked.done && nowMs - asked.sinceMs >= REACTION_MS ? helper : holder)(nowMs, asked);
      const { report } = await perform({ portrait: alice, actor, script: scriptOf(task, 'blink') });
      expect(failures(report)).toEqual(['continuity: FACE_CHANGED']);
    }
  });

  it('turns by the one of the cast who is most like the holder, whose turned face the limit of continuity takes for theirs: FACE_CHANGED', async () => {
    const [holder, double] = [createCitizen({ seed: castSeeds[1]!, mesh }), createCitizen({ seed: castSeeds[3]!, mesh })];
    const [own, other] = [honest(holder), honest(double)];
    for (const turn of ['turnLeft', 'turnRight'] as const) {
      const actor: Actor = (nowMs, asked) => (asked.action === turn && !asked.done && nowMs - asked.sinceMs >= REACTION_MS ? other : own)(nowMs, asked);
      const { report, events } = await perform({ portrait: holder, actor, script: scriptOf('smile', turn, 'blink') });
      expect(failures(report)).toEqual(['continuity: FACE_CHANGED']);
      // The smile was the holder's own.
      expect(events.filter((e) => e.type === 'actionSeen').map((e) => e.index)).toEqual([0, 1]);
    }
    const alone = await perform({ portrait: holder, actor: own, script: scriptOf('turnLeft', 'turnRight', 'watchScreen', 'blink') });
    expect(failures(alone.report)).toEqual([]);
  });

  it('two persons in the frames of the beginning: FACE_CHANGED, so that neither can hide in their mean', async () => {
    const [holder, helper] = [honest(alice), honest(bob)];
    for (const [one, other] of [[holder, helper], [helper, holder]] as const) {
      const actor: Actor = (nowMs, asked) => (nowMs < 5 * FRAME_MS ? one : other)(nowMs, asked);
      const { report } = await perform({ portrait: alice, actor, script: full });
      expect(failures(report)).toEqual(['continuity: FACE_CHANGED']);
    }
  });

  it('a photograph warped into each expression, and turned as a picture: FACE_LIVENESS_NO_PARALLAX', async () => {
    const flat = [0, 15, 30, 42].map((deg) => turnPrint(render(alice, {}), deg));
    const warped = honest(alice);
    const actor: Actor = (nowMs, asked) => (asked.action === 'turnLeft' && !asked.done ? flat[Math.min(3, Math.max(0, Math.floor((nowMs - asked.sinceMs - REACTION_MS) / 300)))]! : warped(nowMs, asked));
    const { report, events } = await perform({ portrait: alice, actor, script: scriptOf('smile', 'turnLeft', 'blink') });
    expect(events.filter((e) => e.type === 'actionSeen').map((e) => e.index)).toEqual([0, 1]);
    expect(failures(report)).toEqual(['livenessParallax: FACE_LIVENESS_NO_PARALLAX']);
  });

  it('a second face beside the first: FACE_MULTIPLE', async () => {
    const alone = honest(alice);
    let joined = false;
    const actor: Actor = (nowMs, asked) => {
      joined ||= asked.action !== 'lookAhead';
      return joined ? sideBySide(render(alice, {}), render(bob, {})) : alone(nowMs, asked);
    };
    const { report } = await perform({ portrait: alice, actor, script: full });
    expect(failures(report)).toEqual(['faceCount: FACE_MULTIPLE']);
  });

  it('the face leaves: FACE_NOT_FOUND', async () => {
    const alone = honest(alice);
    const actor: Actor = (nowMs, asked) => (asked.action === 'turnLeft' ? blank() : alone(nowMs, asked));
    const { report } = await perform({ portrait: alice, actor, script: full });
    expect(failures(report)).toEqual(['facePresence: FACE_NOT_FOUND']);
  });

  it('refuses frames that are no pictures and times that cannot be', async () => {
    const session = await engine.openSession({ portrait: await portraitOf(alice), policy: facePolicy });
    const jpeg = await encodeJpeg(render(alice, {}), 85);
    session.begin(full);
    await session.addFrame({ index: 0, capturedAtMs: 0, receivedAtMs: 50, jpeg });
    expect(await session.addFrame({ index: 1, capturedAtMs: 100, receivedAtMs: 150, jpeg: jpeg.subarray(0, jpeg.length / 2) })).toEqual([{ type: 'captureComplete' }]);
    expect(failures(session.report())).toEqual(['frames: FACE_FRAME_MALFORMED']);

    session.begin(full);
    await session.addFrame({ index: 0, capturedAtMs: 0, receivedAtMs: 50, jpeg });
    await session.addFrame({ index: 1, capturedAtMs: 0, receivedAtMs: 150, jpeg: await encodeJpeg(withNoise(render(alice, {}), 1), 85) });
    expect(failures(session.report())).toEqual(['frameTimes: FACE_TIMES_IMPLAUSIBLE']);
  });

  it('the cast stays apart: each portrait is like its own frames and nobody else’s, by the policy’s threshold', async () => {
    const networks = await loadNetworks(modelsDir);
    const embedder = createFusionEmbedder(networks);
    const embed = async (pixels: Pixels, role: EmbeddingRole): Promise<Embedding> => {
      const image = (await decodeJpeg(await encodeJpeg(pixels, 85), PORTRAIT_LIMITS))!;
      const face = await locateFace(networks, image, { tracked: undefined, searchAnew: true, minPresence: 0.5, minConfidence: 0.5, secondFaceSize: 0.5 });
      return embedder.embed(image, face!.mesh, role);
    };
    const references: Embedding[] = [];
    const probes: Embedding[] = [];
    for (const seed of castSeeds) {
      const citizen = createCitizen({ seed, mesh });
      references.push(await embed(citizen.renderPortrait(), 'reference'));
      probes.push(await embed(citizen.renderFrame({ yawDeg: 3, noiseSeed: seed }), 'probe'));
    }
    const scores = references.flatMap((reference, i) => probes.map((probe, j) => ({ same: i === j, comparisonScore: embedder.compare(reference, probe) })));
    const threshold = facePolicy.thresholds.comparisonScore.value;
    expect(castSeeds.length).toBeGreaterThanOrEqual(12);
    expect(Math.min(...scores.filter((s) => s.same).map((s) => s.comparisonScore))).toBeGreaterThan(threshold + CAST_MARGIN);
    expect(Math.max(...scores.filter((s) => !s.same).map((s) => s.comparisonScore))).toBeLessThan(threshold - CAST_MARGIN);
  });

  it('portraits: no picture and no face have their code; a face is found in JPEG, in JPEG 2000, bare or in a file, and in grey', async () => {
    const check = async (portrait: { mediaType: 'image/jpeg' | 'image/jp2'; bytes: Uint8Array }) => (await engine.openSession({ portrait, policy: facePolicy })).portraitCheck;
    expect(await check({ mediaType: 'image/jpeg', bytes: new Uint8Array(100) })).toMatchObject({ code: 'FACE_PORTRAIT_UNUSABLE' });
    expect(await check({ mediaType: 'image/jpeg', bytes: await encodeJpeg(blank(), 90) })).toMatchObject({ code: 'FACE_PORTRAIT_UNUSABLE' });
    expect(await check({ mediaType: 'image/jp2', bytes: new Uint8Array(100) })).toMatchObject({ code: 'FACE_PORTRAIT_UNUSABLE' });
    expect(await check({ mediaType: 'image/jp2', bytes: await encodeJpeg2000(blank(), { fitWithin: 1000 }) })).toMatchObject({ code: 'FACE_PORTRAIT_UNUSABLE' });
    for (const order of [{}, { bare: true }, { grey: true }]) expect(await check({ mediaType: 'image/jp2', bytes: await encodeJpeg2000(alice.renderPortrait(), { fitWithin: 400, ...order }) }), JSON.stringify(order)).toEqual({ check: 'portrait', status: 'pass' });
    expect(await check(await portraitOf(alice))).toEqual({ check: 'portrait', status: 'pass' });
  });
});

/** The same picture in another file: a comment segment (COM, ITU-T T.81 B.2.4.5) after the first marker. */
function withComment(jpeg: Uint8Array, comment: number): Uint8Array {
  return Uint8Array.from([...jpeg.subarray(0, 2), 0xff, 0xfe, 0, 4, comment >> 8, comment & 255, ...jpeg.subarray(2)]);
}

function blank(): Pixels {
  return { width: 480, height: 640, data: new Uint8Array(480 * 640 * 3).fill(120) };
}

/** Seen through a pinhole, a picture turned about its vertical middle: flat, or bent round an upright cylinder of so many pixels. */
function turnPrint(image: Pixels, degrees: number, radius = 1e6): Pixels {
  const { width, height } = image;
  const out = new Uint8Array(image.data.length).fill(90);
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const distance = 600;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      // The ray in the picture's own frame: from the eye along (u, v, −1), met with the cylinder's near side.
      const [u, v] = [(x - width / 2) / distance, (y - height / 2) / distance];
      const [eyeX, eyeZ] = [-distance * sin, distance * cos + radius];
      const [alongX, alongZ] = [u * cos + sin, u * sin - cos];
      const [a, b, c] = [alongX ** 2 + alongZ ** 2, eyeX * alongX + eyeZ * alongZ, eyeX ** 2 + eyeZ ** 2 - radius ** 2];
      const reach = (-b - Math.sqrt(b * b - a * c)) / a;
      const fromX = Math.round(radius * Math.atan2(eyeX + reach * alongX, eyeZ + reach * alongZ) + width / 2);
      const fromY = Math.round(reach * v + height / 2);
      if (!(fromX >= 0 && fromY >= 0 && fromX < width && fromY < height)) continue;
      for (let k = 0; k < 3; k++) out[(y * width + x) * 3 + k] = image.data[(fromY * width + fromX) * 3 + k]!;
    }
  return { ...image, data: out };
}

/** Both pictures at half size in one frame. */
function sideBySide(left: Pixels, right: Pixels): Pixels {
  const out = blank();
  for (let y = 0; y < 320; y++)
    for (let x = 0; x < 480; x++) {
      const from = x < 240 ? left : right;
      for (let k = 0; k < 3; k++) out.data[((y + 160) * 480 + x) * 3 + k] = from.data[(2 * y * 480 + 2 * (x % 240)) * 3 + k]!;
    }
  return out;
}
