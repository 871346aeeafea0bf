export { loadEmbedder } from './embed/load-embedder.ts';
export { type CalibratedEmbedder, mountEmbedder } from './embed/mount-embedder.ts';
export { createFaceEngine, type FaceEngine } from './engine/create-face-engine.ts';
export { mountFaceFolder } from './engine/mount-face-folder.ts';
export { type FaceFaultCode, faceFaults } from './faults.ts';
export type { CaptureAction, CaptureHint, ChallengeProfile, FaceEvent, LivenessScript, ScreenRgb, ScriptStep } from './liveness/actions.ts';
export type { Portrait } from './engine/decode-portrait.ts';
export type { CaptureFrame, FaceReport, FaceSession } from './session/face-session.ts';
