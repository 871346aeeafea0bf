import type { Embedder, Embedding } from '../embed/embedder.ts';
import type { FacePolicy } from '../policy/face-policy.ts';

/**
 * Whether a view of the face is still the face that the stream began with, so that one person can't do the tasks and
 * another lend the face: the view has to be like each frame of the beginning, since a mean of two people is a little
 * like both. Frames of one stream that face the camera, or nearly so, are far more alike than a document's portrait and
 * its holder, so they have to be at least as alike as those; a turned head is less so. Looks at single frames: a change and
 * back between two of them is not seen.
 * @param o.first the frames of the baseline; without any, nothing is the same
 * @param o.turned whether the view is of a head that has turned
 */
export function isSameFace(o: { readonly embedder: Embedder; readonly first: readonly Embedding[]; readonly view: Embedding; readonly turned: boolean; readonly policy: FacePolicy }): boolean {
  if (o.first.length === 0) return false;
  const { continuityScore, comparisonScore } = o.policy.thresholds;
  const least = o.turned ? continuityScore.value : comparisonScore.value;
  return o.first.every((frame) => o.embedder.compare(frame, o.view) >= least);
}
