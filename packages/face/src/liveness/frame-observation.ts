import type { FaceMesh } from '../mesh/landmarks.ts';
import type { HeadPose } from '../pose/estimate-pose.ts';
import type { QualityHint, ShortfallHint } from '../quality/index.ts';

/** What the networks saw in one frame. */
export interface FaceObservation {
  readonly mesh: FaceMesh;
  readonly pose: HeadPose;
  /** Mean eye aspect ratio of both eyes; undefined in a frame in which nothing depends on it. */
  readonly eyeOpening: number | undefined;
  readonly mouthOpening: number;
  readonly mouthWidth: number;
  readonly quality: QualityHint;
  /** What would keep this frame from being compared: told to the citizen at rest, decides nothing. */
  readonly shortfall: ShortfallHint | 'ok';
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
