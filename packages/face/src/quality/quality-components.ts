import type { CaptureQuality } from './assess-quality.ts';

/** The components of ISO/IEC 29794-5 that are measured here. */
export const qualityComponentNames = ['pose', 'sharpness', 'brightness', 'contrast', 'evenness', 'exposure', 'occlusion', 'eyesOpen', 'expression', 'interEyeDistance'] as const;
export type QualityComponent = (typeof qualityComponentNames)[number];

/** 0 (unusable) to 100 (nothing to wish for), each for itself: there is no overall score to hide a bad one in. */
export type QualityComponents = Readonly<Record<QualityComponent, number>>;

/** What is known of a face beyond its pixels. */
export interface FaceGeometry {
  readonly pose: { readonly yawDeg: number; readonly pitchDeg: number; readonly rollDeg: number };
  /** Lid distance over eye width. */
  readonly eyeOpening: number;
  /** Lip distance over mouth width. */
  readonly mouthOpening: number;
  /** Between the eyes' centres, pixels. */
  readonly interEyePx: number;
  /** {@link measureCovering} */
  readonly covering: number;
}

/** Where each measure has all that is wished for; below (or above) it the component falls in a straight line. */
const FULL = { sharpness: 0.4, dark: 80, bright: 180, contrast: 35, covering: 0.3, eyeOpening: 0.22, mouthOpening: 0.4, interEyePx: 90 };

/** Puts the measures on the standard's scale. The standard's own algorithms are others: its numbers are not these. */
export function qualityComponents(quality: CaptureQuality, face: FaceGeometry): QualityComponents {
  return {
    pose: poseComponent(face.pose),
    sharpness: percent(quality.sharpness / FULL.sharpness),
    brightness: percent(Math.min(quality.brightness / FULL.dark, (255 - quality.brightness) / (255 - FULL.bright))),
    contrast: percent(quality.contrast / FULL.contrast),
    evenness: percent(1 - quality.unevenness),
    exposure: percent(1 - quality.overExposed - quality.underExposed),
    occlusion: percent(1 - face.covering / FULL.covering),
    eyesOpen: percent(face.eyeOpening / FULL.eyeOpening),
    expression: percent(1 - face.mouthOpening / FULL.mouthOpening),
    interEyeDistance: interEyeComponent(face.interEyePx),
  };
}

/** A head that is turned, nodding or tilted; 0 from a quarter turn on. */
export const poseComponent = ({ yawDeg, pitchDeg, rollDeg }: FaceGeometry['pose']): number => percent(cosine(yawDeg) ** 2 * cosine(pitchDeg) ** 2 * cosine(rollDeg) ** 2);

export const interEyeComponent = (interEyePx: number): number => percent(interEyePx / FULL.interEyePx);

const cosine = (deg: number): number => Math.max(0, Math.cos((deg * Math.PI) / 180));
const percent = (share: number): number => 100 * Math.min(1, Math.max(0, share));
