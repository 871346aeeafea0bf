export { assessQuality, type CaptureQuality, type FaceBox, type PixelView } from './assess-quality.ts';
export { frameWeight, type QualityMinimums, qualityShortfalls } from './frame-weight.ts';
export { measureCovering, type SkinPatch } from './measure-covering.ts';
export { type FaceGeometry, interEyeComponent, poseComponent, type QualityComponent, qualityComponentNames, type QualityComponents, qualityComponents } from './quality-components.ts';
export { type QualityHint, qualityHint, type QualityLimits, type ShortfallHint, shortfallHint } from './quality-hint.ts';
