/** What most states give an adult's passport. */
const LONGEST_VALIDITY_YEARS = 10;

/**
 * Whether the portrait may have been taken so long before that a live face differing from it is no surprise. Dates of
 * the document only: no age is read from a picture. A document good for less than ten years is taken for older than it
 * is, which sends a citizen whose comparison failed to a counter somewhat sooner.
 * @param o.dateOfIssue as DG12 has it, `YYYY-MM-DD`; undefined: counted back from the day of expiry
 * @param o.oldPortraitYears of the decision policy
 */
export function mayBeOldPortrait(o: { readonly dateOfIssue: string | undefined; readonly dateOfExpiry: string; readonly oldPortraitYears: number; readonly atMs: number }): boolean {
  const issued = o.dateOfIssue ?? addYears(o.dateOfExpiry, -LONGEST_VALIDITY_YEARS);
  return addYears(issued, o.oldPortraitYears) <= new Date(o.atMs).toISOString().slice(0, 10);
}

const addYears = (date: string, years: number): string => `${String(Number(date.slice(0, 4)) + years).padStart(4, '0')}${date.slice(4)}`;
