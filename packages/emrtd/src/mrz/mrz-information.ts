import { checkDigit } from './check-digit.ts';

const DOCUMENT_NUMBER_CHARACTERS = 9;

/**
 * What an access key is derived from: document number, birth and expiry date, each with its check digit. A number
 * longer than 9 characters counts whole.
 * @param key as printed, fillers and check digits left out
 * @source ICAO 9303-11 §4.3.2 and §9.7.3
 */
export function mrzInformation(key: { readonly documentNumber: string; readonly dateOfBirth: string; readonly dateOfExpiry: string }): string {
  const number = key.documentNumber.padEnd(DOCUMENT_NUMBER_CHARACTERS, '<');
  return [number, key.dateOfBirth, key.dateOfExpiry].map((field) => field + checkDigit(field)).join('');
}
