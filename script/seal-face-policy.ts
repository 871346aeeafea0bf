/**
 * Seals the face policy after a change, while developing. Where rules of liveness changed, `visavis face attack-report
 * --write-evidence` measures the file as it is, and this seals over what that wrote.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { shippedEmbedder } from '../packages/face/src/embed/embedder-identity.ts';
import { facePolicySchema } from '../packages/face/src/policy/face-policy.ts';
import { livenessEvidenceSchema } from '../packages/face/src/policy/liveness-evidence.ts';
import { modelsInForce } from '../packages/face/src/policy/models-in-force.ts';
import { parseFacePolicy } from '../packages/face/src/policy/parse-face-policy.ts';
import { recognitionEvidenceSchema } from '../packages/face/src/policy/recognition-evidence.ts';
import { sealFacePolicy } from '../packages/face/src/policy/seal-face-policy.ts';

const at = (name: string): URL => new URL(`../packages/face/src/policy/${name}.json`, import.meta.url);
const readJson = (name: string): unknown => JSON.parse(readFileSync(at(name), 'utf8'));
const writeJson = (name: string, value: unknown): void => writeFileSync(at(name), `${JSON.stringify(value, undefined, 2)}\n`);

const recognition = recognitionEvidenceSchema.parse(readJson('recognition-evidence'));
const liveness = livenessEvidenceSchema.parse(readJson('liveness-evidence'));
const policy = sealFacePolicy(facePolicySchema.parse(readJson('face-policy')), { recognition, liveness });
writeJson('face-policy', policy);

const parsed = parseFacePolicy({ policy, recognitionEvidence: recognition, livenessEvidence: liveness }, { embedder: shippedEmbedder, models: modelsInForce, passivePad: undefined });
console.log(parsed.ok ? `sealed ${policy.version}` : `sealed, but refused: ${parsed.fault.code} (${String(parsed.fault.detail['where'])})`);
process.exitCode = parsed.ok ? 0 : 1;
