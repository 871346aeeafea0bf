import { decodeJpeg, FRAME_LIMITS } from '../engine/decode-jpeg.ts';
import { loadNetworks } from '../engine/load-networks.ts';
import { discard } from '../image/discard.ts';
import type { FaceObservation } from '../liveness/frame-observation.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { captureQuality, observeFrame } from '../session/observe-frame.ts';

/** What the networks read of one face, and where it stands in the picture. */
export interface SignalReading extends Pick<FaceObservation, 'mouthOpening' | 'mouthWidth'> {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly eyeOpening: number;
  readonly faceHeight: number;
  readonly offCentre: number;
}

/** Reads single pictures as a session reads frames, so that limits of signals can be measured. */
export async function createSignalMeter(o: { readonly modelsDir: string; readonly policy: FacePolicy }): Promise<(jpeg: Uint8Array) => Promise<SignalReading | undefined>> {
  const networks = await loadNetworks(o.modelsDir);
  return async (jpeg) => {
    const image = await decodeJpeg(jpeg, FRAME_LIMITS);
    if (image === undefined) return undefined;
    try {
      const { face } = await observeFrame(networks, image, { policy: o.policy, tracked: undefined, searchAnew: true, eyes: true });
      if (face === undefined) return undefined;
      const { faceHeight, offCentre } = captureQuality(image, face.mesh);
      return { yawDeg: face.pose.yawDeg, pitchDeg: face.pose.pitchDeg, eyeOpening: face.eyeOpening!, mouthOpening: face.mouthOpening, mouthWidth: face.mouthWidth, faceHeight, offCentre };
    } finally {
      discard(image.pixels);
    }
  };
}
