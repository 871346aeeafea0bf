import { utf8 } from '@visavis/kernel';
import { tlv } from '../der/der.ts';
import { encodeDg2 } from '../lds/encode-dg2.ts';
import { encodeMrzTd3, type PrintedData } from '../lds/encode-mrz-td3.ts';
import type { Passport } from '../lds/passport.ts';

/** Photo substitution in the chip: another portrait in DG2, everything signed left as it was. */
export function alteredDg2(passport: Passport, portrait: Uint8Array): Passport {
  return { ...passport, files: { ...passport.files, dg2: encodeDg2(portrait) } };
}

/** Other printed data in DG1, check digits right, document number kept; the chip still opens with the passport's own MRZ. */
export function alteredDg1(passport: Passport, printed: PrintedData): Passport {
  const mrz = encodeMrzTd3({ ...printed, documentNumber: passport.documentNumber, issuingState: passport.mrz[0].slice(2, 5) });
  return { ...passport, files: { ...passport.files, dg1: tlv(0x61, tlv(0x5f1f, utf8(mrz.join('')))) } };
}
