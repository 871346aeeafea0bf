/** One fold of pairs with its truth. */
export interface FoldScores {
  readonly genuine: readonly number[];
  readonly impostor: readonly number[];
}

/**
 * Pair accuracy as LFW's View 2 defines it: each fold is judged by the threshold that is best on all others.
 * @returns mean over the folds, and its standard error
 * @source Huang et al. 2007, "Labeled Faces in the Wild", §IV
 */
export function pairAccuracy(folds: readonly FoldScores[]): { readonly accuracy: number; readonly se: number } {
  const accuracies = folds.map((fold, i) => accuracyAt(fold, bestThreshold(folds.filter((_, j) => j !== i))));
  const accuracy = accuracies.reduce((sum, a) => sum + a, 0) / accuracies.length;
  const variance = accuracies.reduce((sum, a) => sum + (a - accuracy) ** 2, 0) / (accuracies.length - 1);
  return { accuracy, se: Math.sqrt(variance / accuracies.length) };
}

function accuracyAt({ genuine, impostor }: FoldScores, threshold: number): number {
  const right = genuine.filter((score) => score >= threshold).length + impostor.filter((score) => score < threshold).length;
  return right / (genuine.length + impostor.length);
}

function bestThreshold(folds: readonly FoldScores[]): number {
  const all = folds.flatMap(({ genuine, impostor }) => [...genuine.map((score) => ({ score, mated: true })), ...impostor.map((score) => ({ score, mated: false }))]).sort((a, b) => a.score - b.score);
  // From below everything upwards: each genuine score that is passed is lost, each impostor gained.
  let gain = 0;
  let best = { gain: 0, threshold: Number.NEGATIVE_INFINITY };
  for (const [i, { score, mated }] of all.entries()) {
    gain += mated ? -1 : 1;
    const next = all[i + 1]?.score;
    if (gain > best.gain && next !== score) best = { gain, threshold: next === undefined ? Number.POSITIVE_INFINITY : (score + next) / 2 };
  }
  return best.threshold;
}
