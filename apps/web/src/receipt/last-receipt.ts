import type { ReceiptOutcome } from '@visavis/client';

let kept: ReceiptOutcome | undefined;

/** Carries the receipt of the enrolment that just succeeded to the account page. In this page's memory only. */
export function keepReceipt(receipt: ReceiptOutcome): void {
  kept = receipt;
}

/** The receipt of this page's own enrolment, until it is reloaded. */
export function lastReceipt(): ReceiptOutcome | undefined {
  return kept;
}
