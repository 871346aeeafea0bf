import { shippedEmbedder } from '../embed/embedder-identity.ts';
import policy from './face-policy.json' with { type: 'json' };
import type { FacePolicy } from './face-policy.ts';
import livenessEvidence from './liveness-evidence.json' with { type: 'json' };
import { modelsInForce } from './models-in-force.ts';
import { parseFacePolicy } from './parse-face-policy.ts';
import recognitionEvidence from './recognition-evidence.json' with { type: 'json' };

// Here as well as in the native entry: the booth's chip cell names refusals and must load nothing native.
export { faceFaults } from '../faults.ts';
export type { FacePolicy } from './face-policy.ts';
export { parseFacePolicy } from './parse-face-policy.ts';
export { faceFolderFiles, readFaceFolder } from './read-face-folder.ts';

const parsed = parseFacePolicy({ policy, recognitionEvidence, livenessEvidence }, { embedder: shippedEmbedder, models: modelsInForce, passivePad: undefined });
// Whatever imports this (both cells, the server) does not start under rules without evidence.
if (!parsed.ok) throw new Error(`the face policy is refused: ${parsed.fault.code} (${String(parsed.fault.detail['where'])})`);

/** The policy that ships with this version. */
export const facePolicy: FacePolicy = parsed.value;
