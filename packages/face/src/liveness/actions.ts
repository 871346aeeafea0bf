/** What a citizen is asked to do, from their own point of view (their left is their left). The wire contract has the same words. */
export type CaptureAction = 'lookAhead' | 'turnLeft' | 'turnRight' | 'lookUp' | 'lookDown' | 'smile' | 'blink' | 'openMouth' | 'watchScreen';

/** Which movements a citizen can be asked for. The wire contract has the same words. */
export type ChallengeProfile = 'standard' | 'withoutLight' | 'withoutExpressions' | 'withoutNodding';

/** Red, green and blue as a screen displays them (sRGB), 0–255. */
export type ScreenRgb = readonly [number, number, number];

export type Movement = Exclude<CaptureAction, 'lookAhead' | 'watchScreen'>;
export const movements: readonly Movement[] = ['turnLeft', 'turnRight', 'lookUp', 'lookDown', 'smile', 'blink', 'openMouth'];

/** Coaching, not judging. The wire contract has the same words. */
export type CaptureHint = 'ok' | 'noFace' | 'manyFaces' | 'tooFar' | 'tooClose' | 'offCentre' | 'tooDark' | 'tooBright' | 'blurred' | 'lookAhead' | 'turnMore' | 'eyesClosed' | 'covered' | 'relaxFace' | 'unevenLight' | 'lowContrast';

/** What goes to the citizen's device while it captures. */
export type FaceEvent =
  | { readonly type: 'prompt'; readonly index: number; readonly count: number; readonly action: CaptureAction; readonly timeoutMs: number }
  | { readonly type: 'actionSeen'; readonly index: number }
  /** Null: the page as it is. */
  | { readonly type: 'screenLight'; readonly rgb: ScreenRgb | null }
  | { readonly type: 'hint'; readonly hint: CaptureHint }
  | { readonly type: 'captureComplete' };

/** What is asked, in order; the first is always `lookAhead`. Secret until each prompt is shown. */
export interface LivenessScript {
  readonly profile: ChallengeProfile;
  readonly steps: readonly ScriptStep[];
}

export interface ScriptStep {
  readonly action: CaptureAction;
  readonly timeoutMs: number;
  /** Random rest before the prompt, so that its time can't be foreseen either. */
  readonly pauseMs: number;
  /** Of `watchScreen` only: what shines, one after the other, and for how long each. */
  readonly light?: { readonly symbolMs: number; readonly colours: readonly ScreenRgb[] } | undefined;
}
