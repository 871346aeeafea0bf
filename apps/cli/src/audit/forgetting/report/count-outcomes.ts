import type { Ended, Outcome } from '../enrolments/attempt-enrolment.ts';

export function countOutcomes(ended: readonly Ended[]): { readonly outcomes: Record<Outcome, number>; readonly codes: Record<string, number> } {
  const outcomes: Record<Outcome, number> = { accepted: 0, refused: 0, aborted: 0, crashed: 0 };
  const codes: Record<string, number> = {};
  for (const { outcome, code } of ended) {
    outcomes[outcome] += 1;
    codes[code] = (codes[code] ?? 0) + 1;
  }
  return { outcomes, codes };
}
