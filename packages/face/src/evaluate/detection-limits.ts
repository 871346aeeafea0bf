import { facePolicySchema } from '../policy/face-policy.ts';
import policy from '../policy/face-policy.json' with { type: 'json' };

const { faceConfidence, facePresence, secondFaceSize, minBrightness } = facePolicySchema.parse(policy).thresholds;

/**
 * What the shipped policy takes for a face. Read from the file and not from the policy in force: that one is refused
 * while the evidence that is about to be measured is not there.
 */
export const detectionLimits = { faceConfidence: faceConfidence.value, facePresence: facePresence.value, secondFaceSize: secondFaceSize.value, minBrightness: minBrightness.value } as const;
