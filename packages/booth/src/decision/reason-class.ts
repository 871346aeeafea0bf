import type { FaultEntry, Stage } from '@visavis/kernel';
import type { BoothFaultCode } from '../faults.ts';

/**
 * What a refusal is about, for whoever contests it and whoever looks at it again. Says nothing of the person or the document.
 * `documentReading`: the chip could not be read. `documentGenuine`: it was read, and its origin is not proven. `documentStatus`: what
 * registers, dates and counts say. `face`: camera, liveness and comparison. `notChecked`: a check was not made. `service`: ours to repair.
 */
export type ReasonClass = 'documentReading' | 'documentGenuine' | 'documentStatus' | 'age' | 'face' | 'notChecked' | 'service';

type DecisionCode = Extract<BoothFaultCode, `DECISION_${string}`>;

/** The decision's own codes, each by itself: one stage of theirs covers everything from a birthday to a fault of ours. */
export const CLASS_OF_DECISION_CODE: Readonly<Record<DecisionCode, ReasonClass>> = {
  DECISION_UNDER_AGE: 'age',
  DECISION_DOCUMENT_EXPIRED: 'documentStatus',
  DECISION_DOCUMENT_REPORTED: 'documentStatus',
  DECISION_HOLDER_DECEASED: 'documentStatus',
  DECISION_DOCUMENT_STATUS_UNAVAILABLE: 'notChecked',
  DECISION_DOCUMENT_TRIES_EXHAUSTED: 'documentStatus',
  DECISION_PORTRAIT_MAY_BE_OLD: 'face',
  DECISION_CHECK_NOT_RUN: 'notChecked',
  DECISION_POLICY_MISMATCH: 'service',
  DECISION_CHIP_SESSIONS_EXHAUSTED: 'documentReading',
  DECISION_SCRIPTS_EXHAUSTED: 'face',
};

/** The other rooms' codes, by where in the flow they arise. */
const CLASS_OF_STAGE: Readonly<Partial<Record<Stage, ReasonClass>>> = {
  chip: 'documentReading',
  authenticity: 'documentGenuine',
  face: 'face',
  channel: 'service',
  booth: 'service',
};

/**
 * The class of a reason that a sealed room gave.
 * @param entry of the code in its room's catalogue
 * @returns undefined for what no sealed room decides: there is nothing in it to look at again
 */
export function reasonClassOf(code: string, entry: Pick<FaultEntry, 'stage'>): ReasonClass | undefined {
  return isDecisionCode(code) ? CLASS_OF_DECISION_CODE[code] : CLASS_OF_STAGE[entry.stage];
}

const isDecisionCode = (code: string): code is DecisionCode => Object.hasOwn(CLASS_OF_DECISION_CODE, code);
