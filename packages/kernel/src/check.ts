/**
 * One check that a policy knows, and what became of it. A check that was not run is not a check that passed:
 * only the decision folds these, and `notRun` never counts as `pass`.
 */
export type CheckOutcome =
  | { readonly check: string; readonly status: 'pass' }
  | { readonly check: string; readonly status: 'fail'; readonly code: string }
  | { readonly check: string; readonly status: 'notRun'; readonly reason: string };

export const passed = (check: string): CheckOutcome => ({ check, status: 'pass' });
export const failed = (check: string, code: string): CheckOutcome => ({ check, status: 'fail', code });
export const notRun = (check: string, reason: string): CheckOutcome => ({ check, status: 'notRun', reason });
