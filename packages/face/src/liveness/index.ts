export type { CaptureAction, CaptureHint, FaceEvent, LivenessScript, ScriptStep } from './actions.ts';
export { drawScript } from './draw-script.ts';
