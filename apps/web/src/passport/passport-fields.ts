import type { AccessKeyMessage } from '@visavis/contract';

/** A date as typed: three boxes. */
export interface TypedDate {
  readonly day: string;
  readonly month: string;
  readonly year: string;
}

/** What the citizen typed, character by character: kept as it is through every retry. */
export interface PassportFields {
  readonly documentNumber: string;
  readonly dateOfBirth: TypedDate;
  readonly dateOfExpiry: TypedDate;
}

export type PassportFieldName = keyof PassportFields;

export type FieldProblem =
  | 'documentNumberMissing'
  | 'documentNumberCharacters'
  | 'documentNumberLong'
  | 'dateMissing'
  | 'dateIncomplete'
  | 'dateUnreal'
  | 'birthInFuture'
  | 'birthTooLongAgo'
  | 'underAge'
  | 'expired'
  | 'expiryTooFar';

export interface PassportReading {
  readonly problems: Readonly<Partial<Record<PassportFieldName, FieldProblem>>>;
  /** Set when there is no problem. */
  readonly access?: AccessKeyMessage;
}

export const EMPTY_FIELDS: PassportFields = { documentNumber: '', dateOfBirth: { day: '', month: '', year: '' }, dateOfExpiry: { day: '', month: '', year: '' } };

/** ICAO 9303-3 §4.2.2: nine in the field, a longer number continues in the optional data; 22 is what a TD1 card can hold. */
const MAX_DOCUMENT_NUMBER = 22;
/** The policy's minimum age. A hint for the citizen only: the sealed room decides on the signed birth date. */
const MINIMUM_AGE_YEARS = 18;
const MAX_AGE_YEARS = 120;
/** Ten years, plus what some states add when renewing early; a bound against a mistyped century. */
const MAX_VALIDITY_YEARS = 16;

const MONTH_NAMES = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/**
 * Reads the three typed details as the key of the chip (ICAO 9303-11 §4.2). Establishes that they have the right form
 * and make sense on `today`; not that they are those of the passport: only the chip knows.
 * @param fields typed by the citizen, anything
 * @param today `YYYY-MM-DD` where the citizen is
 */
export function readPassportFields(fields: PassportFields, today: string): PassportReading {
  const documentNumber = readDocumentNumber(fields.documentNumber);
  const birth = readDate(fields.dateOfBirth);
  const expiry = readDate(fields.dateOfExpiry);
  const problems: Partial<Record<PassportFieldName, FieldProblem>> = {};
  if ('problem' in documentNumber) problems.documentNumber = documentNumber.problem;
  const birthProblem = 'problem' in birth ? birth.problem : judgeBirth(birth.iso, today);
  if (birthProblem !== undefined) problems.dateOfBirth = birthProblem;
  const expiryProblem = 'problem' in expiry ? expiry.problem : judgeExpiry(expiry.iso, today);
  if (expiryProblem !== undefined) problems.dateOfExpiry = expiryProblem;
  if ('problem' in documentNumber || 'problem' in birth || 'problem' in expiry || birthProblem !== undefined || expiryProblem !== undefined) return { problems };
  return { problems, access: { kind: 'mrz', documentNumber: documentNumber.value, dateOfBirth: toMrzDate(birth.iso), dateOfExpiry: toMrzDate(expiry.iso) } };
}

function readDocumentNumber(typed: string): { value: string } | { problem: FieldProblem } {
  // People copy the fillers of the machine-readable line and the spaces some states print.
  const value = typed.toUpperCase().replaceAll(/[\s<-]/g, '');
  if (value === '') return { problem: 'documentNumberMissing' };
  if (!/^[A-Z0-9]+$/.test(value)) return { problem: 'documentNumberCharacters' };
  if (value.length > MAX_DOCUMENT_NUMBER) return { problem: 'documentNumberLong' };
  return { value };
}

/** A typed date as `YYYY-MM-DD`; months by number or by the three letters that passports print. */
export function readDate(typed: TypedDate): { iso: string } | { problem: FieldProblem } {
  const day = typed.day.trim();
  const month = typed.month.trim().toUpperCase();
  const year = typed.year.trim();
  if (day === '' && month === '' && year === '') return { problem: 'dateMissing' };
  const monthNumber = MONTH_NAMES.includes(month.slice(0, 3)) && /^[A-Z]+$/.test(month) ? MONTH_NAMES.indexOf(month.slice(0, 3)) + 1 : /^\d{1,2}$/.test(month) ? Number(month) : undefined;
  if (!/^\d{1,2}$/.test(day) || monthNumber === undefined || !/^\d{4}$/.test(year)) return { problem: 'dateIncomplete' };
  const iso = `${year}-${String(monthNumber).padStart(2, '0')}-${day.padStart(2, '0')}`;
  const calendar = new Date(`${iso}T00:00:00Z`);
  // The calendar rolls 31 February over instead of refusing it.
  if (Number.isNaN(calendar.getTime()) || calendar.toISOString().slice(0, 10) !== iso) return { problem: 'dateUnreal' };
  return { iso };
}

/** `YYYY-MM-DD` back into three boxes. */
export function toTypedDate(iso: string): TypedDate {
  return { day: String(Number(iso.slice(8, 10))), month: String(Number(iso.slice(5, 7))), year: iso.slice(0, 4) };
}

function judgeBirth(iso: string, today: string): FieldProblem | undefined {
  if (iso > today) return 'birthInFuture';
  if (addYears(iso, MAX_AGE_YEARS) < today) return 'birthTooLongAgo';
  if (addYears(iso, MINIMUM_AGE_YEARS) > today) return 'underAge';
  return undefined;
}

function judgeExpiry(iso: string, today: string): FieldProblem | undefined {
  if (iso < today) return 'expired';
  if (iso > addYears(today, MAX_VALIDITY_YEARS)) return 'expiryTooFar';
  return undefined;
}

/** As text, so that 29 February plus 18 years compares as after 28 February and before 1 March. */
function addYears(iso: string, years: number): string {
  return `${String(Number(iso.slice(0, 4)) + years).padStart(4, '0')}${iso.slice(4)}`;
}

const toMrzDate = (iso: string): string => iso.slice(2).replaceAll('-', '');
