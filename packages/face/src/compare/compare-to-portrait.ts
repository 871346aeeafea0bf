import { type CheckOutcome, failed, notRun, passed } from '@visavis/kernel';
import type { Embedder, Embedding } from '../embed/embedder.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { chooseProbes, type Probes } from './choose-probes.ts';

/**
 * One person against one portrait: the reference is the document's, the probe is the mean of the best frontal frames of
 * the one stream, weighted by their quality, once of its beginning and once of the rests after the tasks. Both have to
 * reach the threshold: with one mean over all, a picture of the holder at the beginning would carry somebody who is only
 * a little like them. Too few good frames are a failure to acquire, which says nothing of the face. There is no gallery
 * and no search.
 * @returns the outcomes of `acquisition` and `comparison`
 * @faults FACE_TOO_FEW_FRAMES, FACE_COMPARISON_BELOW_THRESHOLD
 */
export function compareToPortrait(o: { readonly embedder: Embedder; readonly reference: Embedding; readonly probes: Probes; readonly policy: FacePolicy }): readonly [acquisition: CheckOutcome, comparison: CheckOutcome] {
  const chosen = chooseProbes(o.probes, o.policy);
  if (chosen === undefined) return [failed('acquisition', 'FACE_TOO_FEW_FRAMES'), notRun('comparison', 'notAcquired')];
  const alike = [chosen.beginning, chosen.afterTasks].every((end) => {
    const mean = o.embedder.average(
      end.map(({ embedding }) => embedding),
      end.map(({ weight }) => weight),
    );
    return o.embedder.compare(o.reference, mean) >= o.policy.thresholds.comparisonScore.value;
  });
  return [passed('acquisition'), alike ? passed('comparison') : failed('comparison', 'FACE_COMPARISON_BELOW_THRESHOLD')];
}
