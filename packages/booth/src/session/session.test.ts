import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, type Phase, type SessionEvent, type SessionState, startSession } from './session.ts';

const LIMITS = { chipSessions: 3, scripts: 2 };
const EVENTS: readonly SessionEvent[] = ['hello', 'openDocument', 'cardAnswers', 'startCapture', 'frame', 'endCapture', 'withdraw', 'chipRead', 'chipFailed', 'documentAccepted', 'portraitReady', 'captureComplete', 'captureFailed', 'verdict', 'fail'];

function walk(events: readonly SessionEvent[], from: SessionState = startSession(LIMITS)): SessionState | undefined {
  return events.reduce<SessionState | undefined>((state, event) => (state === undefined ? undefined : advance(state, event)), from);
}

describe('the session', () => {
  it('goes from hello to verdict', () => {
    expect(walk(['hello', 'openDocument', 'cardAnswers', 'chipRead', 'documentAccepted', 'portraitReady', 'startCapture', 'frame', 'frame', 'captureComplete', 'frame', 'verdict'])).toEqual({ phase: 'ended', chipSessionsLeft: 2, scriptsLeft: 1 });
  });

  it('lets the camera be ready before the portrait is', () => {
    expect(walk(['hello', 'openDocument', 'chipRead', 'documentAccepted', 'startCapture', 'frame', 'portraitReady'])?.phase).toBe('capturing');
  });

  it('gives three chip sessions and two scripts, and not one more', () => {
    const thrice = walk(['hello', 'openDocument', 'chipFailed', 'openDocument', 'chipFailed', 'openDocument', 'chipFailed']);
    expect(thrice).toEqual({ phase: 'awaitingDocument', chipSessionsLeft: 0, scriptsLeft: 2 });
    expect(walk(['openDocument'], thrice)).toBeUndefined();
    const twice = walk(['hello', 'openDocument', 'chipRead', 'documentAccepted', 'portraitReady', 'startCapture', 'endCapture', 'captureFailed', 'startCapture', 'captureComplete', 'captureFailed']);
    expect(twice?.scriptsLeft).toBe(0);
    expect(walk(['startCapture'], twice)).toBeUndefined();
  });

  it('refuses steps at the wrong moment', () => {
    expect(walk(['openDocument'])).toBeUndefined();
    expect(walk(['hello', 'startCapture'])).toBeUndefined();
    expect(walk(['hello', 'openDocument', 'startCapture'])).toBeUndefined();
    expect(walk(['hello', 'openDocument', 'chipRead', 'openDocument'])).toBeUndefined();
    expect(walk(['hello', 'hello'])).toBeUndefined();
  });

  it('never judges a face before the document was accepted, never moves after its end, never gives tries back', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 60 }), (events) => {
        let state = startSession(LIMITS);
        const seen: SessionEvent[] = [];
        const faceSide: readonly Phase[] = ['awaitingPortrait', 'captureRequested', 'awaitingCapture', 'capturing', 'judging'];
        for (const event of events) {
          const next = advance(state, event);
          if (next === undefined) continue;
          expect(state.phase).not.toBe('ended');
          expect(next.chipSessionsLeft).toBeLessThanOrEqual(state.chipSessionsLeft);
          expect(next.scriptsLeft).toBeLessThanOrEqual(state.scriptsLeft);
          expect(Math.min(next.chipSessionsLeft, next.scriptsLeft)).toBeGreaterThanOrEqual(0);
          seen.push(event);
          if (faceSide.includes(next.phase)) expect(seen).toContain('documentAccepted');
          state = next;
        }
      }),
    );
  });
});
