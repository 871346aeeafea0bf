import { failed, notRun, passed } from '@visavis/kernel';
import { faceFaults } from '@visavis/face/policy';
import { describe, expect, it } from 'vitest';
import { boothFaults } from '../faults.ts';
import { readFaceChecks } from './read-face-checks.ts';

const known = { checks: ['portrait', 'comparison'], faults: faceFaults };

describe('readFaceChecks', () => {
  it('takes what an honest report says, in the order of the policy', () => {
    const honest = [failed('comparison', 'FACE_COMPARISON_BELOW_THRESHOLD'), passed('portrait')];
    expect(readFaceChecks(honest, known)).toEqual([honest[1], honest[0]]);
  });

  it('keeps back the words of a check that was not run', () => {
    expect(readFaceChecks([passed('portrait'), notRun('comparison', 'c3RvbGVuIGVtYmVkZGluZw')], known)).toEqual([passed('portrait'), notRun('comparison', 'notRunInFaceCell')]);
  });

  it.each([
    ['an unknown name', [passed('portrait'), passed('c3RvbGVu')]],
    ['a code of no catalogue', [failed('portrait', 'C3RVBGVU')]],
    ['a code of another room', [failed('portrait', boothFaults.fault('DECISION_UNDER_AGE').code)]],
    ['a name twice', [passed('portrait'), failed('portrait', 'FACE_COMPARISON_BELOW_THRESHOLD')]],
    ['a name of every object', [passed('constructor')]],
    ['a code of every object', [failed('portrait', 'constructor')]],
  ])('refuses %s', (_what, said) => {
    expect(readFaceChecks(said, known)).toBeUndefined();
  });
});
