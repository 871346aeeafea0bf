import { contentSha256 } from './content-sha256.ts';
import type { FacePolicyFile } from './face-policy.ts';
import type { LivenessEvidence } from './liveness-evidence.ts';
import { policySeal } from './policy-seal.ts';
import type { RecognitionEvidence } from './recognition-evidence.ts';
import { thresholdAtFmr } from './threshold-at-fmr.ts';

/**
 * The policy with its evidence named, its score limits where the measured curves meet the rates it asks for, and sealed.
 * Nobody types a score. Says nothing of whether the result will be taken: `parseFacePolicy` does.
 * @throws RangeError when a curve is not there or ends before the rate
 */
export function sealFacePolicy(policy: FacePolicyFile, { recognition, liveness }: { readonly recognition: RecognitionEvidence; readonly liveness: LivenessEvidence }): FacePolicyFile {
  const met = <T extends { readonly curve: string; readonly fmr: number; readonly value: number; readonly unit: string }>(threshold: T): T => {
    const curve = recognition.curves[threshold.curve];
    const value = curve === undefined ? undefined : thresholdAtFmr(curve, threshold.fmr);
    if (value === undefined) throw new RangeError(`the evidence has no curve ${threshold.curve} that reaches ${threshold.fmr}`);
    return { ...threshold, value, unit: `${recognition.embedder.id} score` };
  };
  const { comparisonScore, continuityScore } = policy.thresholds;
  const sealed = {
    ...policy,
    embedder: recognition.embedder,
    evidence: { recognition: contentSha256(recognition), liveness: contentSha256(liveness) },
    thresholds: { ...policy.thresholds, comparisonScore: met(comparisonScore), continuityScore: met(continuityScore) },
  };
  return { ...sealed, seal: policySeal(sealed) };
}
