export type { CaptureAction, CaptureHint, ChallengeProfile, FaceEvent, LivenessScript, ScreenRgb, ScriptStep } from './actions.ts';
export { drawScript } from './draw-script.ts';
