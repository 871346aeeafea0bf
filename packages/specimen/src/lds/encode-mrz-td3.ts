/** What a passport's machine-readable zone prints. Dates are `YYYY-MM-DD`; names are upper-case Latin letters, space, hyphen, apostrophe. */
export interface PrintedData {
  readonly familyName: string;
  readonly givenNames: string;
  readonly dateOfBirth: string;
  readonly dateOfExpiry: string;
  readonly sex: 'male' | 'female' | 'unspecified';
}

const LINE_CHARACTERS = 44;
const NAME_CHARACTERS = 39;
export const sexCode = { male: 'M', female: 'F', unspecified: '<' } as const;

/** Weights 7 3 1; digits count as themselves, A…Z as 10…35, filler as 0 (ICAO 9303-3 §4.9). */
export function checkDigit(field: string): string {
  let sum = 0;
  for (const [i, character] of Array.from(field).entries()) {
    const value = character === '<' ? 0 : Number.parseInt(character, 36);
    if (Number.isNaN(value)) throw new RangeError('not an MRZ character');
    sum += value * [7, 3, 1][i % 3]!;
  }
  return String(sum % 10);
}

/** `2031-02-03` → `310203` */
export function sixDigitDate(isoDate: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(isoDate)) throw new RangeError('a date is YYYY-MM-DD');
  return isoDate.slice(2).replaceAll('-', '');
}

/** Apostrophes go, hyphens and spaces become fillers (9303-3 §4.6); cut to its place when too long (9303-4 §4.2.3). */
export function nameField(familyName: string, givenNames: string, characters = NAME_CHARACTERS): string {
  const transliterate = (name: string): string => {
    if (!/^[A-Z' -]*$/.test(name)) throw new RangeError("a name is made of A–Z, space, hyphen and '");
    return name.trim().replaceAll("'", '').replace(/[ -]+/g, '<');
  };
  return `${transliterate(familyName)}<<${transliterate(givenNames)}`.slice(0, characters).padEnd(characters, '<');
}

/** Both lines of a TD3 MRZ with their five check digits (ICAO 9303-4 §4.2.2). @param documentNumber up to nine of A–Z, 0–9 */
export function encodeMrzTd3(printed: PrintedData & { readonly documentNumber: string; readonly issuingState: string }): readonly [string, string] {
  const state = printed.issuingState.padEnd(3, '<');
  const number = printed.documentNumber.padEnd(9, '<');
  if (!/^[A-Z0-9<]{9}$/.test(number)) throw new RangeError('a document number has at most nine letters and digits');
  const birth = sixDigitDate(printed.dateOfBirth);
  const expiry = sixDigitDate(printed.dateOfExpiry);
  const personalNumber = '<'.repeat(14);
  const numberPart = number + checkDigit(number);
  const birthPart = birth + checkDigit(birth);
  const expiryPart = expiry + checkDigit(expiry);
  const personalPart = personalNumber + checkDigit(personalNumber);
  const composite = checkDigit(numberPart + birthPart + expiryPart + personalPart);
  const first = `P<${state}${nameField(printed.familyName, printed.givenNames)}`;
  const second = `${numberPart}${state}${birthPart}${sexCode[printed.sex]}${expiryPart}${personalPart}${composite}`;
  if (first.length !== LINE_CHARACTERS || second.length !== LINE_CHARACTERS) throw new RangeError('an MRZ line has 44 characters');
  return [first, second];
}

/** Document number, birth and expiry with their check digits: what BAC and PACE hash (ICAO 9303-11 §4.3.2). */
export function mrzInformation(mrz: readonly [string, string, string?]): string {
  const line = mrz[1];
  return line.slice(0, 10) + line.slice(13, 20) + line.slice(21, 28);
}
