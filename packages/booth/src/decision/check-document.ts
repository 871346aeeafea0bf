import type { PrintedDocument, PrintedIdentity } from '@visavis/contract';
import { type CheckOutcome, failed, notRun, passed } from '@visavis/kernel';
import type { BoothFaultCode } from '../faults.ts';
import type { DecisionPolicy } from './decision-policy.ts';

/**
 * What the state's register of lost, stolen and invalidated documents and of deaths said; `unavailable` when it gave no answer,
 * `triesExhausted` when it was not asked, since this document was tried too often in a day.
 */
export type DocumentStatus = 'notReported' | 'lostOrStolen' | 'holderDeceased' | 'unavailable' | 'triesExhausted';

/** The checks that {@link checkDocument} makes, all of which a decision needs. */
export const DOCUMENT_CHECKS = ['document.inForce', 'document.triesLeft', 'document.notReported', 'holder.age'] as const;

const fail = (check: (typeof DOCUMENT_CHECKS)[number], code: BoothFaultCode) => failed(check, code);

/**
 * Whether this document and its holder may be enrolled at all, from the signed data alone, before any camera.
 * Does not establish who holds it now.
 * @param input.atMs milliseconds since the epoch; days are counted in UTC, which is at most one day early or late
 * @faults as codes in the outcomes: DECISION_UNDER_AGE, DECISION_DOCUMENT_EXPIRED, DECISION_DOCUMENT_TRIES_EXHAUSTED, DECISION_DOCUMENT_REPORTED, DECISION_HOLDER_DECEASED, DECISION_DOCUMENT_STATUS_UNAVAILABLE
 */
export function checkDocument(input: {
  readonly policy: DecisionPolicy;
  readonly person: Pick<PrintedIdentity, 'dateOfBirth'>;
  readonly document: Pick<PrintedDocument, 'dateOfExpiry'>;
  readonly status: DocumentStatus;
  readonly atMs: number;
}): readonly CheckOutcome[] {
  const today = new Date(input.atMs).toISOString().slice(0, 10);
  return [checkInForce(input.document.dateOfExpiry, today), checkTriesLeft(input.status), checkStatus(input.status), checkAge(input.person.dateOfBirth, today, input.policy.minimumAgeYears)];
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A document is in force up to and including its day of expiry. */
function checkInForce(dateOfExpiry: string, today: string): CheckOutcome {
  if (!ISO_DATE.test(dateOfExpiry)) return notRun('document.inForce', 'unreadable date');
  return dateOfExpiry >= today ? passed('document.inForce') : fail('document.inForce', 'DECISION_DOCUMENT_EXPIRED');
}

/** The try is counted where the register is asked: without an answer it is not known to be counted. */
function checkTriesLeft(status: DocumentStatus): CheckOutcome {
  if (status === 'unavailable') return notRun('document.triesLeft', 'no answer');
  return status === 'triesExhausted' ? fail('document.triesLeft', 'DECISION_DOCUMENT_TRIES_EXHAUSTED') : passed('document.triesLeft');
}

/** Whatever is no clear "not reported" fails. */
function checkStatus(status: DocumentStatus): CheckOutcome {
  if (status === 'notReported') return passed('document.notReported');
  if (status === 'triesExhausted') return notRun('document.notReported', 'not asked');
  if (status === 'holderDeceased') return fail('document.notReported', 'DECISION_HOLDER_DECEASED');
  return fail('document.notReported', status === 'lostOrStolen' ? 'DECISION_DOCUMENT_REPORTED' : 'DECISION_DOCUMENT_STATUS_UNAVAILABLE');
}

/** Comparing `YYYY-MM-DD` as text puts a birthday on 29 February on 1 March in common years, as French law counts. */
function checkAge(dateOfBirth: string, today: string, minimumAgeYears: number): CheckOutcome {
  if (!ISO_DATE.test(dateOfBirth)) return notRun('holder.age', 'unreadable date');
  const comesOfAge = `${String(Number(dateOfBirth.slice(0, 4)) + minimumAgeYears).padStart(4, '0')}${dateOfBirth.slice(4)}`;
  return comesOfAge <= today ? passed('holder.age') : fail('holder.age', 'DECISION_UNDER_AGE');
}
