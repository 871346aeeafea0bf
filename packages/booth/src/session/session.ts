/** Where one enrolment stands, seen from inside the booth. */
export type Phase =
  | 'awaitingHello'
  | 'awaitingDocument'
  | 'readingChip'
  | 'checkingDocument'
  | 'awaitingPortrait'
  | 'captureRequested'
  | 'awaitingCapture'
  | 'capturing'
  | 'judging'
  | 'ended';

export type SessionEvent =
  /** The device's hello opened the channel. */
  | 'hello'
  /** From the device. */
  | 'openDocument'
  | 'cardAnswers'
  | 'startCapture'
  | 'frame'
  | 'endCapture'
  | 'withdraw'
  /** From the booth's own stages. */
  | 'chipRead'
  | 'chipFailed'
  | 'documentAccepted'
  | 'portraitReady'
  | 'captureComplete'
  | 'captureFailed'
  | 'verdict'
  | 'fail';

export interface SessionState {
  readonly phase: Phase;
  readonly chipSessionsLeft: number;
  readonly scriptsLeft: number;
}

/**
 * Every allowed step, and no other. A phase that maps an event to itself takes what is still on its way (frames sent
 * before the device heard that the capture is complete) without acting on it.
 */
const STEPS: Readonly<Record<Phase, Partial<Record<SessionEvent, Phase>>>> = {
  awaitingHello: { hello: 'awaitingDocument' },
  awaitingDocument: { openDocument: 'readingChip' },
  readingChip: { cardAnswers: 'readingChip', chipRead: 'checkingDocument', chipFailed: 'awaitingDocument', verdict: 'ended' },
  checkingDocument: { chipFailed: 'awaitingDocument', documentAccepted: 'awaitingPortrait', verdict: 'ended' },
  awaitingPortrait: { startCapture: 'captureRequested', portraitReady: 'awaitingCapture', verdict: 'ended' },
  captureRequested: { frame: 'captureRequested', portraitReady: 'capturing', verdict: 'ended' },
  awaitingCapture: { startCapture: 'capturing', frame: 'awaitingCapture', endCapture: 'awaitingCapture' },
  capturing: { frame: 'capturing', endCapture: 'judging', captureComplete: 'judging' },
  judging: { frame: 'judging', endCapture: 'judging', captureFailed: 'awaitingCapture', verdict: 'ended' },
  ended: {},
};

export function startSession(limits: { readonly chipSessions: number; readonly scripts: number }): SessionState {
  return { phase: 'awaitingHello', chipSessionsLeft: limits.chipSessions, scriptsLeft: limits.scripts };
}

/**
 * The next state, or undefined when this event may not happen now: the caller refuses it and ends the attempt.
 * A try is spent when it starts, not when it fails, so that breaking off does not give it back.
 */
export function advance(state: SessionState, event: SessionEvent): SessionState | undefined {
  if (state.phase !== 'ended' && (event === 'withdraw' || event === 'fail')) return { ...state, phase: 'ended' };
  const phase = STEPS[state.phase][event];
  if (phase === undefined) return undefined;
  if (event === 'openDocument') return state.chipSessionsLeft > 0 ? { ...state, phase, chipSessionsLeft: state.chipSessionsLeft - 1 } : undefined;
  if (event === 'startCapture') return state.scriptsLeft > 0 ? { ...state, phase, scriptsLeft: state.scriptsLeft - 1 } : undefined;
  return { ...state, phase };
}
