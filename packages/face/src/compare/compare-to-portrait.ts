import { type CheckOutcome, failed, passed } from '@visavis/kernel';
import type { Embedder, Embedding } from '../embed/embedder.ts';
import type { FacePolicy } from '../policy/face-policy.ts';

/** Frontal frames of one stream, from both of its ends. */
export interface Probes {
  readonly beginning: readonly Embedding[];
  readonly afterTasks: readonly Embedding[];
}

/**
 * One person against one portrait: the reference is the document's, the probe is the mean of several frontal frames of
 * the one stream, once of its beginning and once of the rests after the tasks. Both have to reach the threshold: with one
 * mean over all, a picture of the holder at the beginning would carry somebody who is only a little like them. There is no
 * gallery and no search.
 * @faults FACE_TOO_FEW_FRAMES, FACE_COMPARISON_BELOW_THRESHOLD
 */
export function compareToPortrait(o: { readonly embedder: Embedder; readonly reference: Embedding; readonly probes: Probes; readonly policy: FacePolicy }): CheckOutcome {
  const { stream, thresholds } = o.policy;
  const ends = [o.probes.beginning, o.probes.afterTasks];
  if (ends.some((frames) => frames.length < stream.minProbeFrames.value)) return failed('comparison', 'FACE_TOO_FEW_FRAMES');
  const alike = ends.every((frames) => o.embedder.compare(o.reference, o.embedder.average(frames)) >= thresholds.comparisonScore.value);
  return alike ? passed('comparison') : failed('comparison', 'FACE_COMPARISON_BELOW_THRESHOLD');
}
