import type { PublicFault, Result } from '@visavis/kernel';
import type { EnrolmentRefusal } from './progress.ts';

/** Thrown inside an enrolment and caught by `enrol`. Never leaves it. */
export class Refused extends Error {
  readonly refusal: EnrolmentRefusal;
  constructor(refusal: PublicFault & Partial<EnrolmentRefusal>) {
    super(refusal.code);
    this.name = 'Refused';
    this.refusal = { ...refusal, reasons: refusal.reasons ?? [refusal] };
  }
}

export function orRefuse<T>(result: Result<T, PublicFault>): T {
  if (!result.ok) throw new Refused(result.fault);
  return result.value;
}
