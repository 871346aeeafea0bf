import type { LabelledScores } from './scores.ts';
import { countByPerson, shareOverPeople } from './share-over-people.ts';

/** How many of its own people a threshold lets through, at a rate of strangers. */
export interface OperatingPoint {
  readonly fmr: number;
  /** A pair with this score or more is taken for one person. */
  readonly threshold: number;
  /** True accept rate, 1 − FNMR. */
  readonly tar: number;
  /** 95 %, bootstrap over people: photographs of one person are not independent. The threshold is held. */
  readonly low: number;
  readonly high: number;
  /** Fewer than ten strangers are expected at this rate: the threshold hangs on single scores, and is no measurement. */
  readonly tooFew?: true;
}

/** Expected at a rate, for a row that is more than the highest scores seen. */
export const LEAST_STRANGERS = 10;

/**
 * The lowest threshold at which no more than `fmr` of the impostors score as high.
 * @param impostors sorted, rising
 */
export function thresholdAt(impostors: Float64Array, fmr: number): number {
  const allowed = Math.floor(fmr * impostors.length);
  const highestRefused = impostors[impostors.length - 1 - allowed];
  if (highestRefused === undefined) return impostors[0] ?? Number.NEGATIVE_INFINITY;
  return nextAbove(highestRefused);
}

/** @param random uniform in [0, 1): of a seed, so that a report can be made again */
export function operatingPoints(scores: LabelledScores, fmrs: readonly number[], random: () => number): readonly OperatingPoint[] {
  const impostors = scores.impostor.toSorted();
  return fmrs.map((fmr) => {
    const threshold = thresholdAt(impostors, fmr);
    return { fmr, threshold, ...shareOverPeople(countByPerson(scores, threshold), random), ...(fmr * impostors.length < LEAST_STRANGERS && { tooFew: true as const }) };
  });
}

/** The next double: a threshold that a score equal to the refused one does not reach. */
function nextAbove(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigInt64(0);
  view.setBigInt64(0, value >= 0 ? bits + 1n : bits - 1n);
  return value === 0 ? Number.MIN_VALUE : view.getFloat64(0);
}
