export type { CaptureAction, CaptureHint, ChallengeProfile, FaceEvent, LivenessScript, ScreenRgb, ScriptStep } from './actions.ts';
export { drawScript } from './draw-script.ts';
export { guessOnDisplay, type GuessOnDisplay, type GuessProbability, guessProbabilities, SCRIPTS_A_DAY } from './guess-probability.ts';
