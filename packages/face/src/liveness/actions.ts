/** What a citizen is asked to do, from their own point of view (their left is their left). The wire contract has the same words. */
export type CaptureAction = 'lookAhead' | 'turnLeft' | 'turnRight' | 'smile' | 'blink' | 'openMouth';

export type Movement = Exclude<CaptureAction, 'lookAhead'>;
export const movements: readonly Movement[] = ['turnLeft', 'turnRight', 'smile', 'blink', 'openMouth'];

/** Coaching, not judging. The wire contract has the same words. */
export type CaptureHint = 'ok' | 'noFace' | 'manyFaces' | 'tooFar' | 'tooClose' | 'offCentre' | 'tooDark' | 'tooBright' | 'blurred' | 'lookAhead' | 'turnMore' | 'eyesClosed';

/** What goes to the citizen's device while it captures. */
export type FaceEvent =
  | { readonly type: 'prompt'; readonly index: number; readonly count: number; readonly action: CaptureAction; readonly timeoutMs: number }
  | { readonly type: 'actionSeen'; readonly index: number }
  | { readonly type: 'hint'; readonly hint: CaptureHint }
  | { readonly type: 'captureComplete' };

/** What is asked, in order; the first is always `lookAhead`. Secret until each prompt is shown. */
export interface LivenessScript {
  readonly actions: readonly ScriptStep[];
}

export interface ScriptStep {
  readonly action: CaptureAction;
  readonly timeoutMs: number;
  /** Random rest before the prompt, so that its time can't be foreseen either. */
  readonly pauseMs: number;
}
