import type { FacePolicy } from '../policy/face-policy.ts';
import type { Movement } from './actions.ts';
import type { Baseline } from './baseline.ts';
import type { FaceObservation } from './frame-observation.ts';

/** Beyond this turn from rest the mouth and eyes are seen too obliquely to judge them. */
const MAX_EXPRESSION_YAW_DEG = 15;

/**
 * How far a movement has gone: 0 at rest, 1 at the policy's threshold. Undefined where it can't be judged.
 * Left and right are the person's own, in an unmirrored image.
 */
export function movementProgress(movement: Movement, face: FaceObservation, baseline: Baseline, policy: FacePolicy): number | undefined {
  const t = policy.thresholds;
  const turn = face.pose.yawDeg - baseline.yawDeg;
  if (movement === 'turnLeft') return turn / t.turnYawDeg.value;
  if (movement === 'turnRight') return -turn / t.turnYawDeg.value;
  const nod = face.pose.pitchDeg - baseline.pitchDeg;
  if (movement === 'lookUp') return nod / t.turnYawDeg.value;
  if (movement === 'lookDown') return -nod / t.turnYawDeg.value;
  if (Math.abs(turn) > MAX_EXPRESSION_YAW_DEG) return undefined;
  if (movement === 'smile') return (face.mouthWidth - baseline.mouthWidth) / t.smileWidthGain.value;
  if (movement === 'openMouth') return (face.mouthOpening - baseline.mouthOpening) / t.mouthOpeningGain.value;
  return (1 - face.eyeOpening / baseline.eyeOpening) / t.blinkEyeDrop.value;
}
