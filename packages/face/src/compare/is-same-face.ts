import type { Embedder, Embedding } from '../embed/embedder.ts';
import type { FacePolicy } from '../policy/face-policy.ts';

/**
 * Whether a view of the face is still the face that the stream began with, so that one person can't do the tasks and
 * another lend the face: the view has to be like each frame of the beginning, since a mean of two people is a little
 * like both. Looks at single frames: a change and back between two of them is not seen.
 * @param o.first the frames of the baseline; without any, nothing is the same
 */
export function isSameFace(o: { readonly embedder: Embedder; readonly first: readonly Embedding[]; readonly view: Embedding; readonly policy: FacePolicy }): boolean {
  if (o.first.length === 0) return false;
  return o.first.every((frame) => o.embedder.compare(frame, o.view) >= o.policy.thresholds.continuityScore.value);
}
