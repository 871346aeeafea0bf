import { checkDigit, nameField, type PrintedData, sexCode, sixDigitDate } from './encode-mrz-td3.ts';

type Td1Data = PrintedData & { readonly documentNumber: string; readonly issuingState: string };

const NUMBER_CHARACTERS = 9;
const OPTIONAL_CHARACTERS = 15;
const NAME_CHARACTERS = 30;

/** Number and what follows it on the first line: a longer number goes on in the optional data, after a filler in its check digit's place (ICAO 9303-5 §4.2.2). */
function numberPart(documentNumber: string): string {
  if (!/^[A-Z0-9]{1,22}$/.test(documentNumber)) throw new RangeError('a document number has at most 22 letters and digits');
  const first = documentNumber.slice(0, NUMBER_CHARACTERS).padEnd(NUMBER_CHARACTERS, '<');
  const rest = documentNumber.slice(NUMBER_CHARACTERS);
  return rest === '' ? `${first}${checkDigit(first)}` : `${first}<${rest}${checkDigit(documentNumber)}<`;
}

/** Three lines of an identity card's MRZ (ICAO 9303-5 §4.2.2). */
export function encodeMrzTd1(printed: Td1Data): readonly [string, string, string] {
  const state = printed.issuingState.padEnd(3, '<');
  const number = numberPart(printed.documentNumber).padEnd(NUMBER_CHARACTERS + 1 + OPTIONAL_CHARACTERS, '<');
  const birth = sixDigitDate(printed.dateOfBirth);
  const expiry = sixDigitDate(printed.dateOfExpiry);
  const [birthPart, expiryPart] = [birth + checkDigit(birth), expiry + checkDigit(expiry)];
  const optional = '<'.repeat(11);
  const composite = checkDigit(number + birthPart + expiryPart + optional);
  return [`I<${state}${number}`, `${birthPart}${sexCode[printed.sex]}${expiryPart}${state}${optional}${composite}`, nameField(printed.familyName, printed.givenNames, NAME_CHARACTERS)];
}

/** As BAC and PACE hash it: the whole number, however it is broken up in print (ICAO 9303-11 §4.3.2). */
export function mrzInformationTd1(printed: Td1Data): string {
  const number = printed.documentNumber.padEnd(NUMBER_CHARACTERS, '<');
  const birth = sixDigitDate(printed.dateOfBirth);
  const expiry = sixDigitDate(printed.dateOfExpiry);
  return number + checkDigit(number) + birth + checkDigit(birth) + expiry + checkDigit(expiry);
}
