import type { Embedder, Embedding } from '../embed/embedder.ts';
import type { FacePolicy } from '../policy/face-policy.ts';

/**
 * Whether a view of the face is still the face that the stream began with, so that one person can't do the tasks and
 * another lend the face: the view has to be like each frame of the beginning, since a mean of two people is a little
 * like both. Looks at single frames: a change and back between two of them is not seen.
 * @param o.first the frames of the baseline; without any, nothing is the same
 * @param o.use `movement`: a frame without which a task would not count. Whoever lends movements must not pass more
 * easily than whoever lends a face: it has to be as like the beginning as a live face has to be like its portrait.
 * `stream`: any other, and a face turned so far that the stricter limit would refuse too many of its owner's.
 */
export function isSameFace(o: { readonly embedder: Embedder; readonly first: readonly Embedding[]; readonly view: Embedding; readonly policy: FacePolicy; readonly use: 'movement' | 'stream' }): boolean {
  if (o.first.length === 0) return false;
  const { continuityScore, comparisonScore } = o.policy.thresholds;
  const limit = o.use === 'movement' ? Math.max(continuityScore.value, comparisonScore.value) : continuityScore.value;
  return o.first.every((frame) => o.embedder.compare(frame, o.view) >= limit);
}
