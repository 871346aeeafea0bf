import type { FaceMesh } from '../mesh/landmarks.ts';
import type { HeadPose } from '../pose/estimate-pose.ts';
import type { QualityHint } from '../quality/index.ts';

/** What the networks saw in one frame. */
export interface FaceObservation {
  readonly mesh: FaceMesh;
  readonly pose: HeadPose;
  /** Mean eye aspect ratio of both eyes. */
  readonly eyeOpening: number;
  readonly mouthOpening: number;
  readonly mouthWidth: number;
  readonly quality: QualityHint;
  /** How much the frame counts in the comparison, by its capture quality, 0–1; 0: it is not compared. */
  readonly weight: number;
  /** Mean light of cheeks and forehead, linear, 0–1 each of red, green and blue. */
  readonly skin: readonly [number, number, number];
}

export interface FrameObservation {
  /** Since the capture began, by the citizen's device: a claim. */
  readonly capturedAtMs: number;
  /** By the booth's clock. */
  readonly receivedAtMs: number;
  readonly face: FaceObservation | undefined;
  /** How many faces the detector saw; undefined when it did not look. */
  readonly faces: number | undefined;
}
