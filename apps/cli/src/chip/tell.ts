import { emrtdFaults } from '@visavis/emrtd';
import { type CheckOutcome, type Fault, type PublicFault, toPublic } from '@visavis/kernel';
import { trustCommandFaults } from '../trust/faults.ts';
import { chipCommandFaults } from './faults.ts';

export const checkLine = (check: CheckOutcome): string => check.check.padEnd(28) + check.status + (check.status === 'fail' ? ` ${check.code}` : check.status === 'notRun' ? ` (${check.reason})` : '');

export const checkJson = (check: CheckOutcome): { readonly name: string; readonly result: CheckOutcome['status']; readonly code?: string } => ({ name: check.check, result: check.status, ...(check.status === 'fail' && { code: check.code }) });

const UNSEEN: Readonly<Record<string, string>> = {
  noDataGroupRead: 'no data group was compared: give them with --dg',
  noRevocationList: 'nobody looked whether the signer was withdrawn: give the list of its state with --crl',
};

/** A check that was not run is not a check that passed: the last line says so too. */
export function verdictLine(passes: boolean, checks: readonly CheckOutcome[]): string {
  if (!passes) return 'fail';
  const buts = checks.flatMap((check) => (check.status === 'notRun' ? (UNSEEN[check.reason] ?? []) : []));
  return ['pass', ...buts].join(', but ');
}

export const publicFault = (fault: Fault): PublicFault => toPublic(fault, chipCommandFaults, trustCommandFaults, emrtdFaults);

/** In the language of the error page. */
export function tellFault(fault: Fault): void {
  const { code, meaning, nextStep } = publicFault(fault);
  console.error(`visavis: ${code}: ${meaning} ${nextStep}`);
}
