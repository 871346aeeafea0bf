export type { CaptureAction, CaptureHint, ChallengeProfile, FaceEvent, LivenessScript, ScreenRgb, ScriptStep } from './actions.ts';
export { drawScript } from './draw-script.ts';
export { type GuessProbability, guessProbabilities } from './guess-probability.ts';
