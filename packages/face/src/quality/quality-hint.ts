import type { CaptureQuality } from './assess-quality.ts';

/** Coaching words of the wire contract that quality alone can give. */
export type QualityHint = 'ok' | 'tooFar' | 'tooClose' | 'offCentre' | 'tooDark' | 'tooBright' | 'blurred';

export interface QualityLimits {
  readonly minBrightness: number;
  readonly maxBrightness: number;
  readonly minSharpness: number;
  readonly minFaceHeight: number;
  readonly maxFaceHeight: number;
  readonly maxOffCentre: number;
}

/** The first thing to change, or `ok`: position before light before blur, since moving changes the other two. */
export function qualityHint(quality: CaptureQuality, limits: QualityLimits): QualityHint {
  if (quality.faceHeight < limits.minFaceHeight) return 'tooFar';
  if (quality.faceHeight > limits.maxFaceHeight) return 'tooClose';
  if (quality.offCentre > limits.maxOffCentre) return 'offCentre';
  if (quality.brightness < limits.minBrightness) return 'tooDark';
  if (quality.brightness > limits.maxBrightness) return 'tooBright';
  if (quality.sharpness < limits.minSharpness) return 'blurred';
  return 'ok';
}
