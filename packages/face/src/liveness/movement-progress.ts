import type { FacePolicy } from '../policy/face-policy.ts';
import type { Movement } from './actions.ts';
import type { Baseline } from './baseline.ts';
import type { FaceObservation } from './frame-observation.ts';

/** Beyond this turn from rest the mouth and eyes are seen too obliquely to judge them. */
const MAX_EXPRESSION_YAW_DEG = 15;
const MAX_EXPRESSION_PITCH_DEG = 12;
/** A mouth that is opener than this share of the threshold is open, however broad: so a laugh is not both at once. */
const OPEN = 0.5;

/** Whether the head looks where it looked at rest. */
export const isFacing = (face: FaceObservation, baseline: Baseline, { thresholds }: FacePolicy): boolean =>
  Math.abs(face.pose.yawDeg - baseline.yawDeg) <= thresholds.restDeg.value && Math.abs(face.pose.pitchDeg - baseline.pitchDeg) <= thresholds.restDeg.value;

/**
 * How far a movement has gone: 0 at rest, 1 at the policy's threshold. Undefined where it can't be judged.
 * Left and right are the person's own, in an unmirrored image.
 */
export function movementProgress(movement: Movement, face: FaceObservation, baseline: Baseline, policy: FacePolicy): number | undefined {
  const t = policy.thresholds;
  const turn = face.pose.yawDeg - baseline.yawDeg;
  if (movement === 'turnLeft') return turn / t.turnYawDeg.value;
  if (movement === 'turnRight') return -turn / t.turnYawDeg.value;
  // The pose's pitch is a nod: it grows as the chin goes down.
  const nod = face.pose.pitchDeg - baseline.pitchDeg;
  if (movement === 'lookUp') return -nod / t.turnPitchDeg.value;
  if (movement === 'lookDown') return nod / t.turnPitchDeg.value;
  if (Math.abs(turn) > MAX_EXPRESSION_YAW_DEG || Math.abs(nod) > MAX_EXPRESSION_PITCH_DEG) return undefined;
  const opening = (face.mouthOpening - baseline.mouthOpening) / t.mouthOpeningGain.value;
  if (movement === 'openMouth') return opening;
  if (movement === 'smile') return opening >= OPEN ? undefined : (face.mouthWidth - baseline.mouthWidth) / t.smileWidthGain.value;
  if (face.eyeOpening === undefined) return undefined;
  return (1 - face.eyeOpening / baseline.eyeOpening) / t.blinkEyeDrop.value;
}
