import { locateFace } from '../detect/locate-face.ts';
import type { FaceNetworks } from '../engine/load-networks.ts';
import { measureMouth } from '../expression/measure-expression.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import type { FaceObservation } from '../liveness/frame-observation.ts';
import { measureSkinLight } from '../light/measure-skin-light.ts';
import { type FaceMesh, MESH_POINTS } from '../mesh/landmarks.ts';
import { measureEyes } from '../mesh/measure-eyes.ts';
import { estimatePose } from '../pose/estimate-pose.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { assessQuality, type FaceBox, frameWeight, qualityComponentNames, qualityHint, type QualityLimits, type QualityMinimums } from '../quality/index.ts';
import { assessFace } from './assess-face.ts';

export interface ObservedFrame {
  readonly face: FaceObservation | undefined;
  readonly faces: number | undefined;
}

/** Everything the networks see in one decoded picture. */
export async function observeFrame(networks: FaceNetworks, image: RgbImage, o: { readonly policy: FacePolicy; readonly tracked: FaceMesh | undefined; readonly searchAnew: boolean }): Promise<ObservedFrame> {
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
  const eyes = await measureEyes(networks.iris, image, mesh);
  const mouth = measureMouth(mesh);
  const pose = estimatePose(mesh, networks.canonicalMesh);
  const eyeOpening = (eyes.right + eyes.left) / 2;
  const quality = assessQuality({ ...image, channels: 3 }, faceBox(mesh));
  const components = assessFace(image, mesh, quality, { pose, eyeOpening, mouthOpening: mouth.opening });
  return {
    faces,
    face: {
      mesh,
      pose,
      eyeOpening,
      mouthOpening: mouth.opening,
      mouthWidth: mouth.width,
      skin: measureSkinLight(image, mesh),
      quality: qualityHint(quality, qualityLimits(o.policy)),
      weight: frameWeight(components, qualityMinimums(o.policy)),
    },
  };
}

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
