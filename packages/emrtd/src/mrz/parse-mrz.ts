import { checkDigit } from './check-digit.ts';
import { splitName } from './split-name.ts';

/** The machine readable zone's fields as they stand, fillers taken off. Dates are YYMMDD and may be incomplete. */
export interface Mrz {
  readonly format: 'td1' | 'td2' | 'td3' | 'mrvA' | 'mrvB';
  readonly documentCode: string;
  readonly issuingState: string;
  readonly documentNumber: string;
  readonly familyName: string;
  readonly givenNames: string;
  readonly nationality: string;
  readonly dateOfBirth: string;
  readonly sex: 'male' | 'female' | 'unspecified';
  readonly dateOfExpiry: string;
  /** Whether every check digit agrees. */
  readonly checkDigitsAgree: boolean;
}

/** By length, of documents and of visas: only the first letter tells a visa from a document of its size. */
const FORMATS: Readonly<Record<number, Mrz['format']>> = { 90: 'td1', 72: 'td2', 88: 'td3' };
const VISA_FORMATS: Readonly<Record<number, 'mrvA' | 'mrvB'>> = { 72: 'mrvB', 88: 'mrvA' };

/**
 * Reads the MRZ of a TD1, TD2 or TD3 document or of a visa (MRV-A, MRV-B), lines joined. Establishes its layout only:
 * the caller decides what a wrong check digit means, and whether a visa will do.
 * @returns undefined when it has another length, other characters, or no name
 * @source ICAO 9303-4 §4.2, 9303-5 §4.2, 9303-6 §4.2, 9303-7 §4.2 and §5.2
 */
export function parseMrz(text: string): Mrz | undefined {
  if (!/^[0-9A-Z<]+$/.test(text)) return undefined;
  const format = text.startsWith('V') ? VISA_FORMATS[text.length] : FORMATS[text.length];
  if (format === undefined) return undefined;
  const mrz = format === 'td1' ? td1(text) : twoLines(text, format);
  return mrz.familyName === '' || mrz.documentNumber === '' ? undefined : mrz;
}

function td1(text: string): Mrz {
  const number = longNumber(text.slice(5, 14), text.slice(14, 15), text.slice(15, 30));
  const composite = text.slice(5, 30) + text.slice(30, 37) + text.slice(38, 45) + text.slice(48, 59);
  return {
    ...splitName(text.slice(60, 90)),
    format: 'td1',
    documentCode: unfilled(text.slice(0, 2)),
    issuingState: unfilled(text.slice(2, 5)),
    documentNumber: unfilled(number.number),
    dateOfBirth: text.slice(30, 36),
    sex: sex(text.slice(37, 38)),
    dateOfExpiry: text.slice(38, 44),
    nationality: unfilled(text.slice(45, 48)),
    checkDigitsAgree: number.agrees && agrees(text.slice(30, 36), text.slice(36, 37)) && agrees(text.slice(38, 44), text.slice(44, 45)) && agrees(composite, text.slice(59, 60)),
  };
}

/** They differ in the width of a line, and in what check digits stand after the expiry date: a visa has none. */
function twoLines(text: string, format: Exclude<Mrz['format'], 'td1'>): Mrz {
  const width = text.length / 2;
  const line2 = text.slice(width);
  const isVisa = format === 'mrvA' || format === 'mrvB';
  const optional = line2.slice(28, format === 'td3' ? 42 : 35);
  const number = format === 'td2' ? longNumber(line2.slice(0, 9), line2.slice(9, 10), optional) : { number: line2.slice(0, 9), agrees: agrees(line2.slice(0, 9), line2.slice(9, 10)) };
  const composite = line2.slice(0, 10) + line2.slice(13, 20) + line2.slice(21, width - 1);
  const optionalAgrees = format !== 'td3' || agrees(optional, line2.slice(42, 43));
  return {
    ...splitName(text.slice(5, width)),
    format,
    documentCode: unfilled(text.slice(0, 2)),
    issuingState: unfilled(text.slice(2, 5)),
    documentNumber: unfilled(number.number),
    nationality: unfilled(line2.slice(10, 13)),
    dateOfBirth: line2.slice(13, 19),
    sex: sex(line2.slice(20, 21)),
    dateOfExpiry: line2.slice(21, 27),
    checkDigitsAgree: number.agrees && optionalAgrees && agrees(line2.slice(13, 19), line2.slice(19, 20)) && agrees(line2.slice(21, 27), line2.slice(27, 28)) && (isVisa || agrees(composite, line2.slice(width - 1))),
  };
}

/** A filler in place of the check digit: the number goes on in the optional field, its check digit last (ICAO 9303-5 §4.2.2 note j). */
function longNumber(head: string, digit: string, optional: string): { number: string; agrees: boolean } {
  const rest = optional.split('<', 1)[0]!;
  if (digit !== '<' || rest.length < 2) return { number: head, agrees: agrees(head, digit) };
  return { number: head + rest.slice(0, -1), agrees: agrees(head + rest.slice(0, -1), rest.slice(-1)) };
}

/** A field that is not used may have a filler for its check digit, which is 0 (ICAO 9303-3 §4.9). */
const agrees = (field: string, digit: string): boolean => checkDigit(field) === digit || (digit === '<' && unfilled(field) === '');
const unfilled = (field: string): string => field.replaceAll('<', '');
const sex = (character: string): Mrz['sex'] => (character === 'M' ? 'male' : character === 'F' ? 'female' : 'unspecified');
