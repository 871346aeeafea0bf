import type { Embedding } from '../embed/embedder.ts';
import type { FacePolicy } from '../policy/face-policy.ts';

/** A frame of the stream as it may be compared. */
export interface Probe {
  readonly embedding: Embedding;
  /** By its capture quality, 0–1; 0: not to be compared. */
  readonly weight: number;
}

/** Frontal frames of one stream, from both of its ends. */
export interface Probes {
  readonly beginning: readonly Probe[];
  readonly afterTasks: readonly Probe[];
}

/**
 * The best frames of each end of a stream.
 * @returns undefined when either end, or both together, have too few that are good enough: a failure to acquire, not a face that differs
 */
export function chooseProbes({ beginning, afterTasks }: Probes, { stream }: Pick<FacePolicy, 'stream'>): Probes | undefined {
  const best = (end: readonly Probe[]): readonly Probe[] =>
    end
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight)
      .slice(0, stream.maxProbeFrames.value);
  const chosen = { beginning: best(beginning), afterTasks: best(afterTasks) };
  const ends = Object.values(chosen);
  const enough = ends.every((end) => end.length >= stream.minProbeFrames.value) && ends.flat().length >= stream.minComparedFrames.value;
  return enough ? chosen : undefined;
}
