import type { Probe } from '../compare/choose-probes.ts';
import { locateFace } from '../detect/locate-face.ts';
import type { Embedder } from '../embed/embedder.ts';
import type { FaceNetworks } from '../engine/load-networks.ts';
import { measureMouth } from '../expression/measure-expression.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import type { FaceObservation } from '../liveness/frame-observation.ts';
import { measureSkinLight } from '../light/measure-skin-light.ts';
import { type FaceMesh, MESH_POINTS } from '../mesh/landmarks.ts';
import { measureEyes } from '../mesh/measure-eyes.ts';
import { estimatePose } from '../pose/estimate-pose.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { assessQuality, type CaptureQuality, type FaceBox, frameWeight, qualityComponentNames, qualityHint, type QualityLimits, type QualityMinimums, shortfallHint } from '../quality/index.ts';
import { assessFace } from './assess-face.ts';

export interface ObservedFrame {
  readonly face: FaceObservation | undefined;
  readonly faces: number | undefined;
}

/**
 * What the networks see in one decoded picture.
 * @param o.eyes whether to look how far the eyes are open, which takes as long as the rest
 */
export async function observeFrame(networks: FaceNetworks, image: RgbImage, o: { readonly policy: FacePolicy; readonly tracked: FaceMesh | undefined; readonly searchAnew: boolean; readonly eyes: boolean }): Promise<ObservedFrame> {
  const t = o.policy.thresholds;
  const located = await locateFace(networks, image, {
    tracked: o.tracked,
    searchAnew: o.searchAnew,
    minPresence: t.facePresence.value,
    minConfidence: t.faceConfidence.value,
    secondFaceSize: t.secondFaceSize.value,
  });
  if (located === undefined) return { face: undefined, faces: undefined };
  const { mesh, faces } = located;
  const mouth = measureMouth(mesh);
  const pose = estimatePose(mesh, networks.canonicalMesh);
  const eyes = o.eyes ? await eyeOpening(networks, image, mesh) : undefined;
  const quality = captureQuality(image, mesh);
  return {
    faces,
    face: {
      mesh,
      pose,
      eyeOpening: eyes,
      mouthOpening: mouth.opening,
      mouthWidth: mouth.width,
      skin: measureSkinLight(image, mesh),
      quality: qualityHint(quality, qualityLimits(o.policy)),
      // Eyes that nobody looked at are not called closed.
      shortfall: shortfallHint(assessFace(image, mesh, quality, { pose, eyeOpening: eyes ?? Number.POSITIVE_INFINITY, mouthOpening: mouth.opening }), qualityMinimums(o.policy)),
    },
  };
}

/** How much a frame counts in the comparison, by its capture quality, 0–1; 0: it is not compared. */
async function weighFrame(networks: FaceNetworks, image: RgbImage, face: FaceObservation, policy: FacePolicy): Promise<number> {
  const { mesh, pose, mouthOpening } = face;
  const components = assessFace(image, mesh, captureQuality(image, mesh), { pose, eyeOpening: face.eyeOpening ?? (await eyeOpening(networks, image, mesh)), mouthOpening });
  return frameWeight(components, qualityMinimums(policy));
}

/** The face of a frame as it is compared. */
export async function probeFace(o: { readonly networks: FaceNetworks; readonly embedder: Embedder; readonly policy: FacePolicy }, image: RgbImage, face: FaceObservation): Promise<Probe> {
  return { embedding: await o.embedder.embed(image, face.mesh, 'probe'), weight: await weighFrame(o.networks, image, face, o.policy) };
}

async function eyeOpening(networks: FaceNetworks, image: RgbImage, mesh: FaceMesh): Promise<number> {
  const { right, left } = await measureEyes(networks.iris, image, mesh);
  return (right + left) / 2;
}

export const captureQuality = (image: RgbImage, mesh: FaceMesh): CaptureQuality => assessQuality({ ...image, channels: 3 }, faceBox(mesh));

const qualityMinimums = ({ quality }: FacePolicy): QualityMinimums => Object.fromEntries(qualityComponentNames.map((name) => [name, quality[name].value])) as QualityMinimums;

function qualityLimits({ thresholds: t }: FacePolicy): QualityLimits {
  return {
    minBrightness: t.minBrightness.value,
    maxBrightness: t.maxBrightness.value,
    minSharpness: t.minSharpness.value,
    minFaceHeight: t.minFaceHeight.value,
    maxFaceHeight: t.maxFaceHeight.value,
    maxOffCentre: t.maxOffCentre.value,
  };
}

function faceBox(mesh: FaceMesh): FaceBox {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < MESH_POINTS; i++) {
    left = Math.min(left, mesh[3 * i]!);
    right = Math.max(right, mesh[3 * i]!);
    top = Math.min(top, mesh[3 * i + 1]!);
    bottom = Math.max(bottom, mesh[3 * i + 1]!);
  }
  return { left, top, right, bottom };
}
