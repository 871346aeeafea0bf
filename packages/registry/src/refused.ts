import type { Fault } from '@visavis/kernel';

/** Ends a transaction with an expected refusal; never leaves this room. */
export class Refused extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.code);
    this.fault = fault;
  }
}
