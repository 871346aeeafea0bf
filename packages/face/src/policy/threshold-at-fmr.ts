import type { RecognitionCurve } from './recognition-evidence.ts';

/** The lowest threshold at which the curve lets through no more strangers than that; undefined when it ends before. */
export function thresholdAtFmr(curve: RecognitionCurve, fmr: number): number | undefined {
  return curve.points.find((point) => point.fmr.value <= fmr)?.threshold;
}

/**
 * Whether the curve has comparisons enough to speak of so small a rate: 30 false matches have to be expected at it.
 * @source ISO/IEC 19795-1, "rule of 30": the true rate is then within 30 % of the measured one, at 90 % confidence
 */
export const speaksOf = (curve: RecognitionCurve, fmr: number): boolean => curve.points.every((point) => point.fmr.n * fmr >= 30);
