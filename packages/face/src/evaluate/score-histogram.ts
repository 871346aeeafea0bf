import type { LabelledScores } from './scores.ts';

export interface ScoreHistogram {
  readonly from: number;
  readonly binWidth: number;
  /** Shares of all genuine and of all impostor scores in each bin. */
  readonly genuine: readonly number[];
  readonly impostor: readonly number[];
}

const BINS = 60;

/** How both kinds of scores spread, over their common range. */
export function scoreHistogram(scores: LabelledScores): ScoreHistogram {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of [scores.genuine, scores.impostor])
    for (const score of list) {
      least = Math.min(least, score);
      most = Math.max(most, score);
    }
  const binWidth = (most - least) / BINS || 1;
  const shares = (list: Float64Array): number[] => {
    const bins = Array.from({ length: BINS }, () => 0);
    for (const score of list) bins[Math.min(BINS - 1, Math.floor((score - least) / binWidth))]! += 1 / list.length;
    return bins.map((share) => Number(share.toPrecision(4)));
  };
  return { from: Number(least.toPrecision(6)), binWidth: Number(binWidth.toPrecision(6)), genuine: shares(scores.genuine), impostor: shares(scores.impostor) };
}
