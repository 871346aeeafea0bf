import { emrtdFaults } from '@visavis/emrtd';
import { faceFaults } from '@visavis/face/faults';
import type { FaultEntry } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { boothFaults } from '../faults.ts';
import { CLASS_OF_DECISION_CODE, reasonClassOf } from './reason-class.ts';

const reasons: readonly [string, FaultEntry][] = [boothFaults, emrtdFaults, faceFaults].flatMap((catalogue) => Object.entries<FaultEntry>(catalogue.entries));

describe('reasonClassOf', () => {
  it.each(reasons)('%s has a class and a next step', (code, entry) => {
    expect(reasonClassOf(code, entry)).toBeTypeOf('string');
    expect(entry.nextStep.trim()).not.toBe('');
  });

  it('names every code of the decision by itself, and no other', () => {
    const decided = reasons.filter(([, entry]) => entry.stage === 'decision').map(([code]) => code);
    expect(Object.keys(CLASS_OF_DECISION_CODE).sort()).toEqual(decided.sort());
  });

  it('tells what is the document, what is the face, and what is ours', () => {
    expect(reasonClassOf('PA_DG_HASH_MISMATCH', emrtdFaults.entries.PA_DG_HASH_MISMATCH)).toBe('documentGenuine');
    expect(reasonClassOf('FACE_COMPARISON_BELOW_THRESHOLD', faceFaults.entries.FACE_COMPARISON_BELOW_THRESHOLD)).toBe('face');
    expect(reasonClassOf('BOOTH_CELL_DIED', boothFaults.entries.BOOTH_CELL_DIED)).toBe('service');
    expect(reasonClassOf('DECISION_UNDER_AGE', boothFaults.entries.DECISION_UNDER_AGE)).toBe('age');
  });

  it('has no class for what no sealed room decided', () => {
    expect(reasonClassOf('CLIENT_KEY_NOT_PROVEN', { stage: 'identity' })).toBeUndefined();
  });
});
