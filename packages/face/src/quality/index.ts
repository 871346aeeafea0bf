export { assessQuality, type CaptureQuality, type FaceBox, type PixelView } from './assess-quality.ts';
export { type QualityHint, qualityHint, type QualityLimits } from './quality-hint.ts';
