import { randomBytes } from 'node:crypto';
import { createFrameBank } from '@visavis/face/bank';
import { facePolicy } from '@visavis/face/policy';
import { ATTACK_SPECIES, type AttackSpecies, citizenSeeds, createPerformer, encodeJpeg, type FindFace, type Performer, type RgbImage, type Scene } from '@visavis/specimen';
import { createCitizenDevice, enrolCitizen } from '../citizen/enrol-citizen.ts';
import { orderPassport } from '../citizen/order-passport.ts';
import type { PresenterCamera } from '../citizen/presenter-camera.ts';
import { CONDITIONS, openCast } from '../face/attacks/draw-streams.ts';
import { modelsDir } from '../system/start-system.ts';
import type { AttackedSystem, TriedAttack } from './tried-attack.ts';

const FRAME_INTERVAL_MS = 1000 / 12;
const JPEG_QUALITY = 85;
/** Peak of a camera's noise, in levels of 255. */
const SENSOR_NOISE = 3;
/** Somebody who is who they say. */
const HONEST: Pick<AttackSpecies, 'name' | 'perform'> = { name: 'an honest person', perform: ({ holder, conditions, seed }) => createPerformer({ citizen: holder, conditions, seed }) };

/**
 * One stream of each species before the running system, each with a genuine document of the made-up state, and one honest
 * person. How often a species gets in over hundreds of streams is what `visavis face attack-report` measures.
 */
export async function* attackFaces(system: AttackedSystem, o: { readonly only: readonly string[] | undefined }): AsyncGenerator<TriedAttack> {
  const bank = await createFrameBank({ modelsDir, policy: facePolicy });
  const findFace: FindFace = (scene) => bank.meshOf({ key: scene.key, jpeg: async () => encodeJpeg(await scene.render(findFace), JPEG_QUALITY) });
  const citizenAt = openCast(citizenSeeds);
  for (const [i, species] of [HONEST, ...ATTACK_SPECIES].entries()) {
    if (o.only !== undefined && !o.only.includes(species.name)) continue;
    const isHonest = species === HONEST;
    const cast = { holder: citizenAt(i), other: citizenAt(i + 5), conditions: CONDITIONS[i % CONDITIONS.length]!, seed: i + 1 };
    const camera = createPerformerCamera(species.perform(cast), findFace);
    const portrait = Buffer.from(await encodeJpeg(cast.holder.renderPortrait(), 90)).toString('base64');
    const expected = isHonest ? 'accepted' : 'unsolved' in species && species.unsolved !== undefined ? 'unsolved' : 'refused';
    yield { family: 'face', name: species.name, at: 'system', expected, got: await show(system, portrait, camera) };
  }
}

/** @returns the codes of the refusal, or `accepted`; nobody who is accepted is bound to anything */
async function show(system: AttackedSystem, portrait: string, camera: PresenterCamera): Promise<string> {
  const letters = randomBytes(8).toString('hex').replaceAll(/\d/g, (digit) => 'GHIJKLMNOP'[Number(digit)]!).toUpperCase();
  const passport = await orderPassport(system.specimenStateUrl, { portrait, givenNames: letters, familyName: 'CHALLENGER', dateOfBirth: '1985-05-05', dateOfExpiry: `${new Date().getUTCFullYear() + 6}-06-30`, sex: 'unspecified' });
  const enough = new AbortController();
  let outcome = '';
  const ended = await enrolCitizen({
    device: createCitizenDevice(system.siteUrl),
    passport,
    camera,
    signal: enough.signal,
    onProgress: (progress) => {
      if (progress.stage !== 'verdict') return;
      outcome = progress.outcome === 'accept' ? 'accepted' : progress.reasons.map(({ code }) => code).join(' ');
      enough.abort();
    },
  }).finally(() => passport.putAway());
  if (outcome !== '') return outcome;
  return ended.ok ? 'accepted' : ended.fault.reasons.map(({ code }) => code).join(' ');
}

/** A performance as a camera, or a program that stands for one, sends it. */
function createPerformerCamera(performer: Performer, findFace: FindFace): PresenterCamera {
  let [startedMs, nextAtMs, lastFrameAtMs, frames] = [0, 0, 0, 0];
  let running = false;
  const frozen = new Map<string, Uint8Array>();
  const now = (): number => performance.now() - startedMs;
  return {
    start() {
      startedMs = performance.now();
      nextAtMs = startedMs;
      running = true;
      performer.prompt('lookAhead', 0);
      return Promise.resolve();
    },
    async nextFrame() {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextAtMs - performance.now())));
      if (!running) return undefined;
      const atMs = now();
      nextAtMs = Math.max(nextAtMs + FRAME_INTERVAL_MS, performance.now());
      lastFrameAtMs = Date.now();
      const claim = performer.claimAt?.(atMs) ?? { capturedAtMs: atMs };
      frames += 1;
      if (claim.sameAs === undefined) return { jpeg: await picture(performer.sceneAt(atMs)), capturedAtMs: claim.capturedAtMs };
      const again = frozen.get(claim.sameAs) ?? (await picture(performer.sceneAt(atMs)));
      frozen.set(claim.sameAs, again);
      return { jpeg: withComment(again, frames), capturedAtMs: claim.capturedAtMs };
    },
    stop() {
      running = false;
    },
    lastFrameAtMs: () => lastFrameAtMs,
    onProgress(progress) {
      if (progress.stage === 'prompt') performer.prompt(progress.action, now());
      if (progress.stage === 'actionSeen') performer.prompt('lookAhead', now());
      if (progress.stage === 'screenLight') performer.light(progress.rgb, now());
    },
  };

  async function picture(scene: Scene): Promise<Uint8Array> {
    return encodeJpeg(withNoise(await scene.render(findFace)), JPEG_QUALITY);
  }
}

/** Performances come in steps: without a sensor's noise two pictures would be one. */
function withNoise({ width, height, data }: RgbImage): RgbImage {
  return { width, height, data: Uint8Array.from(data, (level) => Math.min(255, Math.max(0, level + Math.round((Math.random() * 2 - 1) * SENSOR_NOISE)))) };
}

/** The same picture as another file: a JPEG comment after its first two bytes. */
function withComment(jpeg: Uint8Array, n: number): Uint8Array {
  const comment = Buffer.from(`frame ${n}`);
  return Buffer.concat([jpeg.subarray(0, 2), Uint8Array.of(0xff, 0xfe, 0, comment.length + 2), comment, jpeg.subarray(2)]);
}
