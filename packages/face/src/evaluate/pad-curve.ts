import { type MeasuredRate, measureRate } from './measure-rate.ts';

export interface PadCurvePoint {
  readonly threshold: number;
  readonly bpcer: MeasuredRate;
  readonly apcer: Readonly<Record<string, MeasuredRate>>;
}

/** Limits on a curve: every one where attacks are few enough to matter, and some beyond. */
const FINE = 200;
const COARSE = 200;

/**
 * Error rates at limits of the attack score: of each species the share that stays below (APCER), and of the honest the
 * share that does not (BPCER). What is not a number counts as refused, as in a booth.
 * @param scores.attacks by species, each with one score at least
 */
export function padCurve({ bonaFide, attacks }: { readonly bonaFide: readonly number[]; readonly attacks: ReadonlyMap<string, readonly number[]> }): readonly PadCurvePoint[] {
  const shareBelow = (scores: readonly number[], threshold: number) => measureRate(scores.filter((score) => score < threshold).length, scores.length);
  const distinct = [...new Set([...attacks.values(), bonaFide].flat().filter(Number.isFinite))].toSorted((a, b) => a - b);
  const step = Math.max(1, Math.ceil((distinct.length - FINE) / COARSE));
  return distinct
    .filter((_, i) => i < FINE || (i - FINE) % step === 0)
    .map((threshold) => ({
      threshold,
      bpcer: measureRate(bonaFide.filter((score) => !(score < threshold)).length, bonaFide.length),
      apcer: Object.fromEntries([...attacks].map(([species, scores]) => [species, shareBelow(scores, threshold)])),
    }));
}
