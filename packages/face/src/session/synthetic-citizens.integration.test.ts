import { fileURLToPath } from 'node:url';
import { castSeeds, createCitizen, encodeJpeg, citizenSeeds, loadCanonicalMesh } from '@visavis/specimen';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFusionEmbedder } from '../embed/fusion-embedder.ts';
import { decodeJpeg, FRAME_LIMITS } from '../engine/decode-jpeg.ts';
import { type FaceNetworks, loadNetworks } from '../engine/load-networks.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import type { FaceObservation } from '../liveness/frame-observation.ts';
import { facePolicy } from '../policy/index.ts';
import { convertModels } from '../models/convert-models.ts';
import { layOutNetworks } from '../models/lay-out-networks.ts';
import { embedPortrait } from './embed-portrait.ts';
import { observeFrame, probeFace } from './observe-frame.ts';

const modelsDir = fileURLToPath(new URL('../../../../.state/models/', import.meta.url));
const mesh = loadCanonicalMesh();
const { thresholds } = facePolicy;
/** How far scores keep from the threshold, so that noise or another JPEG encoder never decides this test. */
const MARGIN = 0.75;

type Citizen = ReturnType<typeof createCitizen>;
type Pose = Parameters<Citizen['renderFrame']>[0];

interface Shown {
  readonly face: FaceObservation;
  readonly eyeOpening: number;
  readonly image: RgbImage;
}

/** What the product's networks make of every one of the made-up people, in what they wear. */
describe("synthetic citizens before the product's networks", () => {
  let networks: FaceNetworks;
  let embedder: ReturnType<typeof createFusionEmbedder>;

  beforeAll(async () => {
    await convertModels({ modelsDir, onProgress: () => undefined });
    await layOutNetworks({ modelsDir, onProgress: () => undefined });
    networks = await loadNetworks(modelsDir);
    embedder = createFusionEmbedder(networks);
  });

  /** One frame: the only face in it, which no hint may send away. */
  async function show(citizen: Citizen, pose: Pose): Promise<Shown> {
    const image = (await decodeJpeg(await encodeJpeg(citizen.renderFrame(pose), 85), FRAME_LIMITS))!;
    const { face, faces } = await observeFrame(networks, image, { policy: facePolicy, tracked: undefined, searchAnew: true, eyes: true });
    expect([faces, face?.quality], JSON.stringify(pose)).toEqual([1, 'ok']);
    return { face: face!, eyeOpening: face!.eyeOpening!, image };
  }

  it('are thirty and more, the cast first', () => {
    expect(new Set(citizenSeeds).size).toBeGreaterThanOrEqual(30);
    expect(citizenSeeds.slice(0, castSeeds.length)).toEqual(castSeeds);
  });

  it.each(citizenSeeds)('%i is found, like the own portrait, and blinks, smiles and opens the mouth readably', async (seed) => {
    const citizen = createCitizen({ seed, mesh });
    const portrait = await embedPortrait(networks, embedder, { mediaType: 'image/jpeg', bytes: await encodeJpeg(citizen.renderPortrait(), 90) }, facePolicy);
    expect(portrait.check.status).toBe('pass');
    const selfie = await show(citizen, { yawDeg: 3, noiseSeed: 1 });
    const probe = await probeFace({ networks, embedder, policy: facePolicy }, selfie.image, selfie.face);
    expect(probe.weight).toBeGreaterThan(0);
    expect(embedder.compare(portrait.reference!, probe.embedding)).toBeGreaterThanOrEqual(thresholds.comparisonScore.value + MARGIN);
    const rest = selfie.face;
    const smile = (await show(citizen, { smile: 0.9, noiseSeed: 2 })).face;
    const blink = await show(citizen, { blinkLeft: 0.9, blinkRight: 0.87, noiseSeed: 3 });
    const openMouth = (await show(citizen, { mouthOpen: 0.9, noiseSeed: 4 })).face;
    expect(1 - blink.eyeOpening / selfie.eyeOpening).toBeGreaterThanOrEqual(thresholds.blinkEyeDrop.value);
    expect(smile.mouthWidth - rest.mouthWidth).toBeGreaterThanOrEqual(thresholds.smileWidthGain.value);
    expect(openMouth.mouthOpening - rest.mouthOpening).toBeGreaterThanOrEqual(thresholds.mouthOpeningGain.value);
  });
});
