/**
 * Seals the face policy after a change, while developing: names both evidence files by what they say, sets the limits of
 * scores to where the measured curves meet the rates asked for, and renews the seal. Where rules of liveness changed
 * and attacks were not tried again, it stops, unless told `--unmeasured`, which the evidence then says of itself.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { shippedEmbedder } from '../packages/face/src/embed/embedder-identity.ts';
import { contentSha256 } from '../packages/face/src/policy/content-sha256.ts';
import { facePolicySchema } from '../packages/face/src/policy/face-policy.ts';
import { livenessEvidenceSchema } from '../packages/face/src/policy/liveness-evidence.ts';
import { livenessPartSha256 } from '../packages/face/src/policy/liveness-part.ts';
import { modelsInForce } from '../packages/face/src/policy/models-in-force.ts';
import { parseFacePolicy } from '../packages/face/src/policy/parse-face-policy.ts';
import { policySeal } from '../packages/face/src/policy/policy-seal.ts';
import { recognitionEvidenceSchema } from '../packages/face/src/policy/recognition-evidence.ts';
import { thresholdAtFmr } from '../packages/face/src/policy/threshold-at-fmr.ts';

const at = (name: string): URL => new URL(`../packages/face/src/policy/${name}.json`, import.meta.url);
const readJson = (name: string): unknown => JSON.parse(readFileSync(at(name), 'utf8'));
const writeJson = (name: string, value: unknown): void => writeFileSync(at(name), `${JSON.stringify(value, undefined, 2)}\n`);

const policy = facePolicySchema.parse(readJson('face-policy'));
const recognition = recognitionEvidenceSchema.parse(readJson('recognition-evidence'));
const liveness = livenessEvidenceSchema.parse(readJson('liveness-evidence'));

policy.embedder = { ...recognition.embedder };
for (const threshold of [policy.thresholds.comparisonScore, policy.thresholds.continuityScore]) {
  const curve = recognition.curves[threshold.curve];
  const value = curve === undefined ? undefined : thresholdAtFmr(curve, threshold.fmr);
  if (value === undefined) throw new Error(`the evidence has no curve ${threshold.curve} that reaches ${threshold.fmr}`);
  threshold.value = value;
}
if (liveness.measuredUnder === 'thisPolicy' && liveness.livenessPartSha256 !== livenessPartSha256(policy)) {
  if (!process.argv.includes('--unmeasured')) throw new Error('rules of liveness changed: run visavis face attack-report --write-evidence, or seal with --unmeasured');
  liveness.measuredUnder = 'anEarlierPolicy';
  writeJson('liveness-evidence', liveness);
}
policy.evidence = { recognition: contentSha256(recognition), liveness: contentSha256(liveness) };
policy.seal = policySeal(policy);
writeJson('face-policy', policy);

const parsed = parseFacePolicy({ policy, recognitionEvidence: recognition, livenessEvidence: liveness }, { embedder: shippedEmbedder, models: modelsInForce });
console.log(parsed.ok ? `sealed ${policy.version}` : `sealed, but refused: ${parsed.fault.code} (${String(parsed.fault.detail['where'])})`);
process.exitCode = parsed.ok ? 0 : 1;
