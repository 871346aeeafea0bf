import type { Bytes } from '@visavis/kernel';
import { explicit, objectIdentifier, printableString, sequence, setOf, utf8String } from '../der/der.ts';

export interface Country {
  /** ISO 3166-1 alpha-2 shape, upper case: what certificates carry in C=. */
  readonly alpha2: string;
  /** ICAO 9303-3 §5: what the MRZ and the certificates' L= carry. */
  readonly mrzCode: string;
}

const attribute = (oid: string, value: Uint8Array): Bytes => setOf(sequence(objectIdentifier(oid), value));

/** C=, O=, CN= in that order (ICAO 9303-12 §7.1.1: countryCode upper case, PrintableString). */
export function distinguishedName(country: Country, commonName: string): Bytes {
  return sequence(attribute('2.5.4.6', printableString(country.alpha2)), attribute('2.5.4.10', utf8String('Specimen State')), attribute('2.5.4.3', utf8String(commonName)));
}

/** GeneralNames with a directoryName of L = the MRZ's state code, as issuer and subject alternative name (9303-12 §7.1.1.2). */
export function alternativeName(country: Country): Bytes {
  return sequence(explicit(4, sequence(attribute('2.5.4.7', printableString(country.mrzCode)))));
}
