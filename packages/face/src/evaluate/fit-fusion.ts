import { thresholdAt } from './operating-points.ts';
import type { LabelledScores } from './scores.ts';

/** The same pairs scored by each of two networks, standardised. */
export interface PartScores {
  readonly genuine: readonly [Float64Array, Float64Array];
  readonly impostor: readonly [Float64Array, Float64Array];
}

const WEIGHTS = Array.from({ length: 21 }, (_, i) => i / 10);

/** What the fusion does to people whom its weight and threshold were not fitted on. */
export interface CrossValidated {
  readonly folds: number;
  /** Fitted on the other folds. */
  readonly weights: number[];
  /** On the people left out, at the threshold of the others. */
  readonly tar: number;
  readonly fmr: number;
  readonly genuine: number;
  readonly impostor: number;
}

/** The weight of the second network that lets most people through at this rate of strangers; of equals, the middle one. */
export function fitWeight(scores: PartScores, fmr: number): { readonly weight: number; readonly threshold: number } {
  const tried = WEIGHTS.map((weight) => {
    const threshold = thresholdAt(fuse(scores.impostor, weight).toSorted(), fmr);
    return { weight, threshold, accepted: fuse(scores.genuine, weight).filter((score) => score >= threshold).length };
  });
  const most = Math.max(...tried.map((t) => t.accepted));
  const best = tried.filter((t) => t.accepted === most);
  return best[Math.floor(best.length / 2)]!;
}

/**
 * Cross-validation over people: weight and threshold are fitted on all folds but one and judged on the one left out.
 * @param scoreFold the pairs among the people of these folds
 */
export function crossValidateFusion(folds: number, fmr: number, scoreFold: (use: readonly number[]) => PartScores): CrossValidated {
  const all = Array.from({ length: folds }, (_, i) => i);
  const weights: number[] = [];
  let [accepted, genuine, matched, impostor] = [0, 0, 0, 0];
  for (const left of all) {
    const { weight, threshold } = fitWeight(scoreFold(all.filter((fold) => fold !== left)), fmr);
    weights.push(weight);
    const judged = scoreFold([left]);
    accepted += fuse(judged.genuine, weight).filter((score) => score >= threshold).length;
    genuine += judged.genuine[0].length;
    matched += fuse(judged.impostor, weight).filter((score) => score >= threshold).length;
    impostor += judged.impostor[0].length;
  }
  return { folds, weights, tar: accepted / genuine, fmr: matched / impostor, genuine, impostor };
}

const fuse = ([first, second]: readonly [Float64Array, Float64Array], weight: number): Float64Array => first.map((score, i) => score + weight * second[i]!);

/** Both networks' scores of the same pairs, side by side. */
export const partScores = (first: LabelledScores, second: LabelledScores): PartScores => ({ genuine: [first.genuine, second.genuine], impostor: [first.impostor, second.impostor] });
