import { type MeasuredRate, measureRate } from './measure-rate.ts';
import { thresholdAt } from './operating-points.ts';
import type { LabelledScores } from './scores.ts';

export interface CurvePoint {
  readonly threshold: number;
  readonly fmr: MeasuredRate;
  readonly fnmr: MeasuredRate;
}

const POINTS_PER_DECADE = 8;
/** A rate that is rarer than this many expected impostors is not put on a curve. */
const LEAST_EXPECTED = 3;

/**
 * The detection error trade-off: thresholds from FMR 1 in 2 down to where the impostors run out, with both error rates
 * at each. Thresholds are rounded to six digits, upwards, so that the file and the process hold the same number.
 */
export function errorCurve(scores: LabelledScores): readonly CurvePoint[] {
  const impostors = scores.impostor.toSorted();
  const genuine = scores.genuine.toSorted();
  const points: CurvePoint[] = [];
  for (let step = 0; ; step++) {
    const fmr = step === 0 ? 0.5 : 10 ** (-step / POINTS_PER_DECADE);
    if (fmr * impostors.length < LEAST_EXPECTED) return points;
    const threshold = Math.ceil(thresholdAt(impostors, fmr) * 1e6) / 1e6;
    if (threshold <= (points.at(-1)?.threshold ?? Number.NEGATIVE_INFINITY)) continue;
    const matched = impostors.length - countBelow(impostors, threshold);
    points.push({ threshold, fmr: measureRate(matched, impostors.length), fnmr: measureRate(countBelow(genuine, threshold), genuine.length) });
  }
}

/** How many of the sorted scores are below the threshold. */
function countBelow(sorted: Float64Array, threshold: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}
