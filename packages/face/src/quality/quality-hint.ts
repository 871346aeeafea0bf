import type { CaptureQuality } from './assess-quality.ts';
import { type QualityMinimums, qualityShortfalls } from './frame-weight.ts';
import type { QualityComponent, QualityComponents } from './quality-components.ts';

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

/** Coaching words for what keeps a frame from being compared, though the face is placed and lit well enough to be watched. */
export type ShortfallHint = 'covered' | 'eyesClosed' | 'relaxFace' | 'unevenLight' | 'lowContrast' | 'tooFar' | 'tooBright' | 'blurred' | 'lookAhead';

/** In the order in which they are worth telling: what the citizen can change at once comes first. */
const HINTS: readonly (readonly [QualityComponent, ShortfallHint])[] = [
  ['pose', 'lookAhead'],
  ['occlusion', 'covered'],
  ['eyesOpen', 'eyesClosed'],
  ['expression', 'relaxFace'],
  ['interEyeDistance', 'tooFar'],
  ['evenness', 'unevenLight'],
  ['exposure', 'unevenLight'],
  ['brightness', 'tooBright'],
  ['contrast', 'lowContrast'],
  ['sharpness', 'blurred'],
];

/** The first thing that keeps the frame from being compared, or `ok`. Coaching: no verdict depends on it. */
export function shortfallHint(components: QualityComponents, minimums: QualityMinimums): ShortfallHint | 'ok' {
  const short = qualityShortfalls(components, minimums);
  return HINTS.find(([component]) => short.includes(component))?.[1] ?? 'ok';
}
