import { type CheckOutcome, failed, passed } from '@visavis/kernel';
import { locateFace } from '../detect/locate-face.ts';
import type { Embedder, Embedding } from '../embed/embedder.ts';
import { decodePortrait, type Portrait, type PortraitFaultCode } from '../engine/decode-portrait.ts';
import type { FaceNetworks } from '../engine/load-networks.ts';
import { discard } from '../image/discard.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { estimatePose } from '../pose/estimate-pose.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { interEyeComponent, poseComponent } from '../quality/index.ts';
import { interEyePx } from './assess-face.ts';
import { captureQuality } from './observe-frame.ts';

const refused = (code: PortraitFaultCode | 'FACE_PORTRAIT_TOO_SMALL' | 'FACE_PORTRAIT_TOO_DARK') => ({ check: failed('portrait', code), reference: undefined });

/**
 * Makes the reference of the comparison. The portrait's bytes are the issuing state's, but its decoders are native code
 * and the file may be anybody's until then: same limits and care as for a stranger's.
 * @faults FACE_PORTRAIT_FORMAT_UNSUPPORTED, FACE_PORTRAIT_TOO_DARK, FACE_PORTRAIT_TOO_LARGE, FACE_PORTRAIT_TOO_SMALL, FACE_PORTRAIT_UNUSABLE
 */
export async function embedPortrait(networks: FaceNetworks, embedder: Embedder, portrait: Portrait, policy: FacePolicy): Promise<{ readonly check: CheckOutcome; readonly reference: Embedding | undefined }> {
  const image = await decodePortrait(portrait);
  if (typeof image === 'string') return refused(image);
  try {
    return await embedDecoded(networks, embedder, image, policy);
  } finally {
    discard(image.pixels);
  }
}

async function embedDecoded(networks: FaceNetworks, embedder: Embedder, image: RgbImage, policy: FacePolicy): ReturnType<typeof embedPortrait> {
  const { facePresence, faceConfidence, secondFaceSize } = policy.thresholds;
  const face = await locateFace(networks, image, {
    tracked: undefined,
    searchAnew: true,
    minPresence: facePresence.value,
    minConfidence: faceConfidence.value,
    secondFaceSize: secondFaceSize.value,
  });
  if (face === undefined || face.faces !== 1) return refused('FACE_PORTRAIT_UNUSABLE');
  // The least that a frame must have to be compared. The rest of its quality is the issuing state's: old portraits are pale, small and soft.
  const { interEyeDistance, pose } = policy.quality;
  if (!(interEyeComponent(interEyePx(face.mesh)) >= interEyeDistance.value)) return refused('FACE_PORTRAIT_TOO_SMALL');
  if (!(poseComponent(estimatePose(face.mesh, networks.canonicalMesh)) >= pose.value)) return refused('FACE_PORTRAIT_UNUSABLE');
  // Nearly black, it says nothing: that is no comparison that failed.
  if (!(captureQuality(image, face.mesh).brightness >= policy.thresholds.minBrightness.value)) return refused('FACE_PORTRAIT_TOO_DARK');
  return { check: passed('portrait'), reference: await embedder.embed(image, face.mesh, 'reference') };
}
