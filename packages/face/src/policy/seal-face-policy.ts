import { contentSha256 } from './content-sha256.ts';
import { type PadEvidence, thresholdAtApcer } from '../passive-pad/pad-evidence.ts';
import type { FacePolicyFile } from './face-policy.ts';
import type { LivenessEvidence } from './liveness-evidence.ts';
import { policySeal } from './policy-seal.ts';
import type { RecognitionEvidence } from './recognition-evidence.ts';
import { thresholdAtFmr } from './threshold-at-fmr.ts';

/**
 * The policy with its evidence named, its score limits where the measured curves meet the rates it asks for, and sealed.
 * Nobody types a score. Says nothing of whether the result will be taken: `parseFacePolicy` does.
 * @param passivePad what was measured of an operator's passive network, and the rate of attacks that may pass it; left
 * out: the policy asks for none
 * @throws RangeError when a curve is not there or ends before the rate
 */
export function sealFacePolicy(
  policy: FacePolicyFile,
  { recognition, liveness }: { readonly recognition: RecognitionEvidence; readonly liveness: LivenessEvidence },
  passivePad?: { readonly evidence: PadEvidence; readonly apcer: number },
): FacePolicyFile {
  const met = <T extends { readonly curve: string; readonly fmr: number; readonly value: number; readonly unit: string }>(threshold: T): T => {
    const curve = recognition.curves[threshold.curve];
    const value = curve === undefined ? undefined : thresholdAtFmr(curve, threshold.fmr);
    if (value === undefined) throw new RangeError(`the evidence has no curve ${threshold.curve} that reaches ${threshold.fmr}`);
    return { ...threshold, value, unit: `${recognition.embedder.id} score` };
  };
  const { comparisonScore, continuityScore } = policy.thresholds;
  const { passivePad: _, ...rest } = policy;
  const sealed = {
    ...rest,
    embedder: recognition.embedder,
    evidence: { recognition: contentSha256(recognition), liveness: contentSha256(liveness), ...(passivePad !== undefined && { passivePad: contentSha256(passivePad.evidence) }) },
    ...(passivePad !== undefined && { passivePad: passivePadRules(passivePad) }),
    thresholds: { ...policy.thresholds, comparisonScore: met(comparisonScore), continuityScore: met(continuityScore) },
  };
  return { ...sealed, seal: policySeal(sealed) };
}

function passivePadRules({ evidence, apcer }: { readonly evidence: PadEvidence; readonly apcer: number }): FacePolicyFile['passivePad'] {
  const value = thresholdAtApcer(evidence, apcer);
  if (value === undefined) throw new RangeError(`the passive network's evidence has no limit at which every species stays below ${apcer}`);
  return {
    ...evidence.network,
    frames: { value: evidence.framesPerPresentation, reason: 'As many pictures of a presentation as the network was measured with.' },
    attackScore: { value, unit: `${evidence.network.id} attack score, mean over the frames`, apcer, reason: 'What the operator asks for, of the worst species and at 95 % confidence.' },
  };
}
