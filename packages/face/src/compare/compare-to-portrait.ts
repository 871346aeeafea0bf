import { type CheckOutcome, failed, passed } from '@visavis/kernel';
import type { Embedder, Embedding } from '../embed/embedder.ts';
import type { FacePolicy } from '../policy/face-policy.ts';

/**
 * One person against one portrait: the reference is the document's, the probe is the mean of several frontal frames of
 * the one stream. There is no gallery and no search.
 * @faults FACE_TOO_FEW_FRAMES, FACE_COMPARISON_BELOW_THRESHOLD
 */
export function compareToPortrait(o: { readonly embedder: Embedder; readonly reference: Embedding; readonly probes: readonly Embedding[]; readonly policy: FacePolicy }): CheckOutcome {
  if (o.probes.length < o.policy.stream.minProbeFrames.value) return failed('comparison', 'FACE_TOO_FEW_FRAMES');
  const comparisonScore = o.embedder.compare(o.reference, o.embedder.average(o.probes));
  return comparisonScore >= o.policy.thresholds.comparisonScore.value ? passed('comparison') : failed('comparison', 'FACE_COMPARISON_BELOW_THRESHOLD');
}
