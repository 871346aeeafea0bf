import type { PublicFault } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { type EnrolmentEvent, type EnrolmentState, firstState, nextState } from './enrolment-state.ts';

const fault: PublicFault = { code: 'TEST_FAULT', stage: 'face', retry: 'user', meaning: 'm', nextStep: 'n' };
const fields = { documentNumber: 'X1', dateOfBirth: { day: '1', month: '2', year: '1990' }, dateOfExpiry: { day: '1', month: '2', year: '2030' } };
const run = (...events: EnrolmentEvent[]): EnrolmentState => events.reduce(nextState, firstState);

const toPassport: EnrolmentEvent[] = [
  { type: 'consentGiven', which: 'faceProcessing', given: true },
  { type: 'consentGiven', which: 'identityCreation', given: true },
  { type: 'consentConfirmed' },
  { type: 'demoPassportMade', chip: { chipId: 'c', holder: 'Zoé' }, fields },
];
const toScript: EnrolmentEvent[] = [...toPassport, { type: 'attemptStarted' }, { type: 'chipStep', step: 'reading' }, { type: 'cameraWanted' }, { type: 'cameraRunning' }, { type: 'scriptStarted' }];
const prompt = (index: number): EnrolmentEvent => ({ type: 'prompt', index, count: 3, action: 'smile', timeoutMs: 5000 });

describe('nextState', () => {
  it('goes no further without both agreements', () => {
    expect(run({ type: 'consentConfirmed' }).screen).toBe('consent');
    expect(run({ type: 'consentGiven', which: 'faceProcessing', given: true }, { type: 'consentConfirmed' }).screen).toBe('consent');
    expect(run(...toPassport).screen).toBe('passport');
  });

  it('walks from chip to passkey as the client tells it', () => {
    const screens = [...toScript, prompt(0), { type: 'captureComplete' }, { type: 'decided', outcome: 'accept', reasons: [] }, { type: 'passkeyWanted' }] satisfies EnrolmentEvent[];
    expect(run(...screens.slice(0, 5)).screen).toBe('chip');
    expect(run(...toScript).screen).toBe('camera');
    expect(run(...screens.slice(0, -1)).screen).toBe('result');
    expect(run(...screens).screen).toBe('passkey');
  });

  it('shows a place in the line until the chip, the camera or an end comes; a receipt outlives nothing but its own attempt', () => {
    const queued: EnrolmentEvent = { type: 'queued', waitsFor: 'booth', place: 3, estimateMs: 90_000 };
    const receipt: EnrolmentEvent = { type: 'receipt', receipt: { ok: false, fault } };
    expect(run(...toPassport, { type: 'attemptStarted' }, queued).queue).toEqual({ waitsFor: 'booth', place: 3, estimateMs: 90_000 });
    const ends: EnrolmentEvent[] = [{ type: 'chipStep', step: 'connecting' }, { type: 'cameraWanted' }, { type: 'stepFailed', fault, triesLeft: 1 }, { type: 'failed', fault }, { type: 'decided', outcome: 'refer', reasons: [] }, { type: 'withdrawn' }, { type: 'attemptStarted' }];
    for (const end of ends) expect([end.type, run(...toPassport, { type: 'attemptStarted' }, queued, end).queue]).toEqual([end.type, undefined]);
    expect(run(...toPassport, { type: 'attemptStarted' }, { type: 'withdrawn' }, receipt)).toMatchObject({ screen: 'withdrawn', receipt: { ok: false } });
    expect(run(...toPassport, { type: 'attemptStarted' }, { type: 'failed', fault }, receipt, { type: 'attemptStarted' }).receipt).toBeUndefined();
  });

  it('the ring never runs backwards within a script, and starts anew with the next', () => {
    const halfway = run(...toScript, prompt(0), { type: 'actionSeen', index: 0 }, prompt(1));
    expect(halfway.capture.seen).toBe(1);
    expect(nextState(halfway, { type: 'actionSeen', index: 0 }).capture.seen).toBe(1);
    expect(nextState(halfway, { type: 'cameraWanted' }).capture.seen).toBe(0);
  });

  it('the screen shines as long as it is told to, and never into another prompt or after the citizen stopped it', () => {
    const lit = run(...toScript, prompt(0), { type: 'screenLight', rgb: [0, 120, 255] });
    expect(lit.capture.light).toEqual([0, 120, 255]);
    for (const dark of [{ type: 'screenLight', rgb: null }, prompt(1), { type: 'captureComplete' }, { type: 'cameraWanted' }] satisfies EnrolmentEvent[]) expect([dark.type, nextState(lit, dark).capture.light]).toEqual([dark.type, undefined]);
    expect(run(...toScript, prompt(0), { type: 'captureComplete' }, { type: 'screenLight', rgb: [0, 120, 255] }).capture.light).toBeUndefined();
  });

  it('a hint stands until the next one, since the sealed room tells changes only', () => {
    const hinted = run(...toScript, prompt(0), { type: 'hint', hint: 'tooDark' });
    expect(hinted.capture.hint).toBe('tooDark');
    expect(nextState(hinted, prompt(1)).capture.hint).toBe('tooDark');
    expect(nextState(hinted, { type: 'cameraWanted' }).capture.hint).toBeUndefined();
  });

  it('keeps what was typed, the agreement and the demo passport through every failure, and nothing of the capture', () => {
    const failed = run(...toScript, prompt(0), { type: 'failed', fault });
    expect(failed).toMatchObject({ screen: 'camera', fault, isOver: true });
    for (const again of [nextState(failed, { type: 'backToPassport' }), nextState(failed, { type: 'attemptStarted' })]) {
      expect(again).toMatchObject({ fields, demoChip: { chipId: 'c' }, consent: { faceProcessing: true, identityCreation: true }, capture: firstState.capture, isOver: false });
      expect(again.fault).toBeUndefined();
    }
  });

  it('a step that can be done again leaves the sealed room open; the fault goes when the step restarts', () => {
    const again = run(...toScript, prompt(0), { type: 'stepFailed', fault, triesLeft: 1 });
    expect(again).toMatchObject({ isOver: false, fault, triesLeft: 1 });
    expect(nextState(again, { type: 'cameraWanted' }).fault).toBeUndefined();
  });

  it('a refusal that was decided is shown as that, whatever the client reports after it', () => {
    const refused = run(...toScript, { type: 'decided', outcome: 'reject', reasons: [fault] }, { type: 'failed', fault });
    expect(refused).toMatchObject({ screen: 'result', outcome: { outcome: 'reject', reasons: [fault] } });
    expect(refused.fault).toBeUndefined();
    expect(nextState(refused, { type: 'attemptStarted' }).outcome).toBeUndefined();
  });

  it('an accepted person whose identity could not be made sees why', () => {
    const stuck = run(...toScript, { type: 'decided', outcome: 'accept', reasons: [] }, { type: 'failed', fault });
    expect(stuck).toMatchObject({ screen: 'passkey', fault, isOver: true });
  });

  it('taking back consent forgets everything', () => {
    expect(run(...toScript, { type: 'withdrawn' })).toEqual({ ...firstState, screen: 'withdrawn' });
  });
});
