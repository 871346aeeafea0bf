import { utf8 } from '@visavis/kernel';
import { hash } from '../crypto/index.ts';
import { mrzInformation } from '../mrz/mrz-information.ts';

/** What opens a chip: three fields of the machine readable zone (as printed, fillers and check digits left out; dates YYMMDD), or the card access number. */
export type AccessKey =
  | { readonly kind: 'mrz'; readonly documentNumber: string; readonly dateOfBirth: string; readonly dateOfExpiry: string }
  | { readonly kind: 'can'; readonly can: string };

/** Birth dates may be partly unknown, printed as fillers (ICAO 9303-3 §4.7). */
const DATE = /^[0-9<]{6}$/;

export const isAccessKey = (key: AccessKey): boolean =>
  key.kind === 'can' ? /^[0-9]{6}$/.test(key.can) : /^[A-Z0-9<]{1,22}$/.test(key.documentNumber) && DATE.test(key.dateOfBirth) && DATE.test(key.dateOfExpiry);

/** The secret that the PACE password key is derived from (ICAO 9303-11 §9.7.3). */
export const passwordSecret = (key: AccessKey): Uint8Array => (key.kind === 'can' ? utf8(key.can) : hash('sha1', utf8(mrzInformation(key))));
