import livenessFile from './liveness-evidence.json' with { type: 'json' };
import { livenessEvidenceSchema } from './liveness-evidence.ts';
import recognitionFile from './recognition-evidence.json' with { type: 'json' };
import { recognitionEvidenceSchema } from './recognition-evidence.ts';

export { shippedEmbedder } from '../embed/embedder-identity.ts';
export { type LivenessEvidence, livenessEvidenceSchema } from './liveness-evidence.ts';
export { type PadEvidence, padEvidenceSchema } from '../passive-pad/pad-evidence.ts';
export { livenessPartSha256 } from './liveness-part.ts';
export { modelsInForce } from './models-in-force.ts';
export { type RecognitionEvidence, recognitionEvidenceSchema } from './recognition-evidence.ts';
export { sealFacePolicy } from './seal-face-policy.ts';

/** What the shipped policy's thresholds come from, to be shown; whether it belongs to the policy is for the policy to say. */
export const recognitionEvidence = recognitionEvidenceSchema.parse(recognitionFile);

/** How honest people and attacks fared, to be shown likewise. */
export const livenessEvidence = livenessEvidenceSchema.parse(livenessFile);
