import { LEAST_STRANGERS, thresholdAt } from './operating-points.ts';
import type { LabelledScores } from './scores.ts';
import { countByPerson, type OwnComparisons, shareOverPeople } from './share-over-people.ts';

/** What a threshold does to people whom it was not fitted on. */
export interface LeftOutPoint {
  /** Asked for, of the people that the threshold was fitted on. */
  readonly fmr: number;
  /** Of the people left out. */
  readonly tar: number;
  readonly low: number;
  readonly high: number;
  readonly strangers: number;
  readonly genuine: number;
  readonly impostor: number;
}

/**
 * Cross-validation over people: each fold is judged at the threshold of the others, and all are counted together.
 * @param scoreFolds the comparisons among the people of these folds
 * @param random uniform in [0, 1)
 * @returns no point for a rate at which the others have too few strangers for a threshold
 */
export function crossValidateThreshold(folds: number, fmrs: readonly number[], scoreFolds: (use: readonly number[]) => LabelledScores, random: () => number): readonly LeftOutPoint[] {
  const all = Array.from({ length: folds }, (_, i) => i);
  const judged = all.map((left) => ({ fittedOn: scoreFolds(all.filter((fold) => fold !== left)).impostor.toSorted(), scores: scoreFolds([left]) }));
  const enough = (fmr: number): boolean => judged.every(({ fittedOn, scores }) => fmr * fittedOn.length >= LEAST_STRANGERS && scores.genuine.length > 0);
  return fmrs.filter(enough).map((fmr) => {
    const people: OwnComparisons[] = [];
    let [matched, impostor, genuine] = [0, 0, 0];
    for (const { fittedOn, scores } of judged) {
      const threshold = thresholdAt(fittedOn, fmr);
      people.push(...countByPerson(scores, threshold));
      matched += scores.impostor.filter((score) => score >= threshold).length;
      impostor += scores.impostor.length;
      genuine += scores.genuine.length;
    }
    return { fmr, ...shareOverPeople(people, random), strangers: matched / impostor, genuine, impostor };
  });
}
