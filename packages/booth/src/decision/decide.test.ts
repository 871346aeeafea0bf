import { type CheckOutcome, failed, notRun, passed } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { boothFaults } from '../faults.ts';
import { checkDocument, type DocumentStatus } from './check-document.ts';
import { decide, type Decision, type Reports } from './decide.ts';
import { decisionPolicy, decisionPolicyWith } from './decision-policy.ts';

const policy = { ...decisionPolicy, requiredFaceChecks: ['face.comparison', 'face.liveness'] };
const honest: Reports = {
  authenticity: { checks: [passed('pa'), notRun('aa', 'chip has no key for it'), passed('ca')], verified: { chipProof: 'chipAuthentication', downgraded: false } },
  document: [passed('document.inForce'), passed('document.triesLeft'), passed('document.notReported'), passed('holder.age')],
  face: { policyVersion: 'face-test', checks: [passed('face.comparison'), passed('face.liveness')] },
};
const retries: Readonly<Record<string, 'user' | 'agent' | 'never'>> = { FACE_MISMATCH: 'user', FACE_COMPARISON_BELOW_THRESHOLD: 'user', FACE_NOT_LIVE: 'user', PORTRAIT_POOR: 'agent', PA_BROKEN: 'never', CHIP_ACCESS_DOWNGRADED: 'agent' };
const entryOf = (code: string) => (boothFaults.has(code) ? boothFaults.entries[code] : retries[code] === undefined ? undefined : { stage: 'face' as const, retry: retries[code], meaning: '', nextStep: '' });
const decideOn = (reports: Partial<Reports>, exhausted?: 'DECISION_SCRIPTS_EXHAUSTED'): Decision => decide({ policy, facePolicyVersion: 'face-test', reports: { ...honest, ...reports }, mayBeOldPortrait: false, entryOf, exhausted });
const face = (...checks: CheckOutcome[]): Partial<Reports> => ({ face: { policyVersion: 'face-test', checks } });

describe('decide', () => {
  it('accepts the honest citizen, at the level the chip proof carries', () => {
    expect(decideOn({})).toMatchObject({ outcome: 'accept', levelOfAssurance: 'eidas2' });
    expect(decideOn({ authenticity: { checks: [passed('pa')], verified: { chipProof: 'none', downgraded: false } } })).toMatchObject({ outcome: 'accept', levelOfAssurance: 'eidas1' });
  });

  it('asks for passive attack detection exactly where the face policy counts on a network', () => {
    const counting = decisionPolicyWith({ passivePad: {} as never });
    const others = decisionPolicy.requiredFaceChecks.map(passed);
    const under = (rules: typeof decisionPolicy, ...checks: CheckOutcome[]): Decision => decide({ policy: rules, facePolicyVersion: 'face-test', reports: { ...honest, ...face(...others, ...checks) }, mayBeOldPortrait: false, entryOf });
    expect(under(counting, passed('passivePad')).outcome).toBe('accept');
    for (const checks of [[], [notRun('passivePad', 'noNetwork')]]) expect(under(counting, ...checks)).toMatchObject({ outcome: 'refer', reasons: ['DECISION_CHECK_NOT_RUN'] });
    expect(under(decisionPolicyWith({ passivePad: undefined }), notRun('passivePad', 'noNetwork')).outcome).toBe('accept');
  });

  const table: readonly [string, Partial<Reports>, 'refer' | 'reject', string][] = [
    ['another face', face(failed('face.comparison', 'FACE_MISMATCH'), passed('face.liveness')), 'reject', 'FACE_MISMATCH'],
    ['a poor portrait', face(failed('face.comparison', 'PORTRAIT_POOR'), passed('face.liveness')), 'refer', 'PORTRAIT_POOR'],
    ['one reason for a counter and one for nobody', face(failed('face.comparison', 'PORTRAIT_POOR'), failed('face.liveness', 'FACE_MISMATCH')), 'reject', 'FACE_MISMATCH'],
    ['a code nobody knows', face(failed('face.comparison', 'NO_SUCH_CODE'), passed('face.liveness')), 'reject', 'NO_SUCH_CODE'],
    ['a required face check not run', face(passed('face.comparison'), notRun('face.liveness', 'no frames')), 'refer', 'DECISION_CHECK_NOT_RUN'],
    ['a required face check left out', face(passed('face.comparison')), 'refer', 'DECISION_CHECK_NOT_RUN'],
    ['a check that passed once and was not run once', face(passed('face.comparison'), passed('face.liveness'), notRun('face.liveness', 'again')), 'refer', 'DECISION_CHECK_NOT_RUN'],
    ['no face report at all', { face: undefined }, 'refer', 'DECISION_CHECK_NOT_RUN'],
    ['a face report under other rules', { face: { policyVersion: 'older', checks: honest.face!.checks } }, 'reject', 'DECISION_POLICY_MISMATCH'],
    ['a refusal under other rules is no reason to try again', { face: { policyVersion: undefined, checks: [failed('face.comparison', 'FACE_MISMATCH')] } }, 'reject', 'DECISION_POLICY_MISMATCH'],
    ['no authenticity report', { authenticity: undefined }, 'refer', 'DECISION_CHECK_NOT_RUN'],
    ['authenticity that verified nothing though no check failed', { authenticity: { checks: [passed('pa')], verified: undefined } }, 'refer', 'DECISION_CHECK_NOT_RUN'],
    ['a failed check beside a verified document', { authenticity: { checks: [failed('pa', 'PA_BROKEN')], verified: { chipProof: 'chipAuthentication', downgraded: false } } }, 'reject', 'PA_BROKEN'],
    ['document checks left out', { document: undefined }, 'refer', 'DECISION_CHECK_NOT_RUN'],
    ['one document check left out', { document: [passed('document.inForce'), passed('holder.age')] }, 'refer', 'DECISION_CHECK_NOT_RUN'],
  ];
  it.each(table)('%s', (_name, reports, outcome, code) => {
    const decision = decideOn(reports);
    expect(decision.outcome).toBe(outcome);
    expect(decision.outcome === 'accept' ? [] : decision.reasons).toContain(code);
  });

  it('never accepts an access that was downgraded, and rules it as the policy says', () => {
    const downgraded: Partial<Reports> = { authenticity: { checks: [passed('pa')], verified: { chipProof: 'chipAuthentication', downgraded: true } } };
    expect(decisionPolicy.downgradedAccess).toBe('refer');
    expect(decideOn(downgraded)).toMatchObject({ outcome: 'refer', reasons: ['CHIP_ACCESS_DOWNGRADED'] });
    const rejecting = decide({ policy: { ...policy, downgradedAccess: 'reject' }, facePolicyVersion: 'face-test', reports: { ...honest, ...downgraded }, mayBeOldPortrait: false, entryOf });
    expect(rejecting).toMatchObject({ outcome: 'reject', reasons: ['CHIP_ACCESS_DOWNGRADED'] });
  });

  it('accepts nothing when the policy requires nothing of the face', () => {
    expect(decide({ policy: { ...policy, requiredFaceChecks: [] }, facePolicyVersion: 'face-test', reports: honest, mayBeOldPortrait: false, entryOf }).outcome).toBe('refer');
  });

  it('tells that tries ran out, without softening why', () => {
    expect(decideOn(face(failed('face.comparison', 'FACE_MISMATCH')), 'DECISION_SCRIPTS_EXHAUSTED')).toMatchObject({ outcome: 'reject', reasons: ['FACE_MISMATCH', 'DECISION_SCRIPTS_EXHAUSTED'] });
    expect(decideOn({}, 'DECISION_SCRIPTS_EXHAUSTED').outcome).not.toBe('accept');
  });
});

describe('a comparison that failed', () => {
  const withPortrait = (mayBeOldPortrait: boolean, ...checks: CheckOutcome[]) => decide({ policy, facePolicyVersion: 'face-test', reports: { ...honest, ...face(...checks) }, mayBeOldPortrait, entryOf });
  const differs = failed('face.comparison', 'FACE_COMPARISON_BELOW_THRESHOLD');

  it('is a human’s to judge when the portrait may be old, and the citizen’s to repeat when it is not', () => {
    expect(withPortrait(true, differs)).toMatchObject({ outcome: 'refer', reasons: ['DECISION_PORTRAIT_MAY_BE_OLD'] });
    expect(withPortrait(false, differs)).toMatchObject({ outcome: 'reject', reasons: ['FACE_COMPARISON_BELOW_THRESHOLD'] });
  });

  it('gains nothing else by an old portrait', () => {
    expect(withPortrait(true, failed('face.liveness', 'FACE_NOT_LIVE'))).toMatchObject({ outcome: 'reject', reasons: ['FACE_NOT_LIVE'] });
    expect(withPortrait(true, differs, failed('face.liveness', 'FACE_NOT_LIVE'))).toMatchObject({ outcome: 'reject' });
    expect(withPortrait(true, passed('face.comparison'), passed('face.liveness'))).toMatchObject({ outcome: 'accept' });
  });
});

describe('checkDocument', () => {
  const on = (day: string, dateOfBirth: string, dateOfExpiry = '2030-01-01', status: DocumentStatus = 'notReported') =>
    checkDocument({ policy: decisionPolicy, person: { dateOfBirth }, document: { dateOfExpiry }, status, atMs: Date.parse(`${day}T12:00:00Z`) }).flatMap((check) => (check.status === 'pass' ? [] : [check.status === 'fail' ? check.code : check.reason]));

  it('counts age to the day', () => {
    expect(on('2026-11-22', '2008-11-22')).toEqual([]);
    expect(on('2026-11-22', '2008-11-23')).toEqual(['DECISION_UNDER_AGE']);
    expect(on('2026-02-28', '2008-02-29')).toEqual(['DECISION_UNDER_AGE']);
    expect(on('2026-03-01', '2008-02-29')).toEqual([]);
  });

  it('takes a document on its last day and not after', () => {
    expect(on('2026-11-22', '1990-01-01', '2026-11-22')).toEqual([]);
    expect(on('2026-11-23', '1990-01-01', '2026-11-22')).toEqual(['DECISION_DOCUMENT_EXPIRED']);
  });

  it('refuses what was reported, and what could not be asked', () => {
    expect(on('2026-11-22', '1990-01-01', '2030-01-01', 'lostOrStolen')).toEqual(['DECISION_DOCUMENT_REPORTED']);
    expect(on('2026-11-22', '1990-01-01', '2030-01-01', 'holderDeceased')).toEqual(['DECISION_HOLDER_DECEASED']);
    expect(on('2026-11-22', '1990-01-01', '2030-01-01', 'unavailable')).toEqual(['no answer', 'DECISION_DOCUMENT_STATUS_UNAVAILABLE']);
  });

  it('refuses a document that was tried too often in a day', () => {
    expect(on('2026-11-22', '1990-01-01', '2030-01-01', 'triesExhausted')).toEqual(['DECISION_DOCUMENT_TRIES_EXHAUSTED', 'not asked']);
  });

  it('does not pass a date it cannot read', () => {
    expect(on('2026-11-22', '1990-XX-XX', 'soon')).toEqual(['unreadable date', 'unreadable date']);
  });
});
