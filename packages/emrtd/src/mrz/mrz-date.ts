/** YYMMDD of an MRZ → YYYY-MM-DD. A document's birth date lies in the past; two digits leave the century open. */
const SIX_DIGITS = /^(\d{2})(\d{2})(\d{2})$/;
/** An expiry date is taken to lie within 50 years of the reading, on either side. */
const HALF_CENTURY = 50;

/**
 * The latest such day that is not after `atMs` (so a holder of over 100 years comes out young: DG11 alone says more).
 * @returns undefined when the date is not full (ICAO 9303-3 §4.7 allows unknown parts) or no calendar day
 */
export function birthDateFromMrz(yymmdd: string, atMs: number): string | undefined {
  const today = new Date(atMs).toISOString().slice(0, 10);
  const century = Math.floor(new Date(atMs).getUTCFullYear() / 100) * 100;
  const candidates = [century, century - 100].map((base) => isoDate(yymmdd, base));
  return candidates.find((date) => date !== undefined && date <= today);
}

/** The day within 50 years of `atMs`. @returns undefined when the date is not full or no calendar day */
export function expiryDateFromMrz(yymmdd: string, atMs: number): string | undefined {
  const year = new Date(atMs).getUTCFullYear();
  const century = Math.floor(year / 100) * 100;
  return [century, century + 100, century - 100].map((base) => isoDate(yymmdd, base)).find((date) => date !== undefined && Math.abs(Number(date.slice(0, 4)) - year) <= HALF_CENTURY);
}

function isoDate(yymmdd: string, century: number): string | undefined {
  const parts = SIX_DIGITS.exec(yymmdd)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [yy, month, day] = parts as [number, number, number];
  const date = new Date(Date.UTC(century + yy, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.toISOString().slice(0, 10);
}
