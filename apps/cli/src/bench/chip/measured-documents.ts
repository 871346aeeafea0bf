import { concatBytes, fromHex } from '@visavis/kernel';
import { createSpecimenState, type Passport, type SpecimenState, testPortrait } from '@visavis/specimen';
import { appendInside, derObject } from './der-objects.ts';

/** File sizes that published counts of other terminals are for: a passport as most states issue it. */
export const MEASURED_SIZES = { cardAccess: 42, com: 24, sod: 2000, dg1: 93, dg2: 15_000, dg14: 380, dg15: 165 } as const;

export interface MeasuredDocuments {
  readonly state: SpecimenState;
  /** Opened by PACE, proves itself by Chip Authentication: no DG15. */
  readonly paceCa: Passport;
  /** Opened by BAC, proves itself by Active Authentication with RSA: neither EF.CardAccess nor DG14. */
  readonly bacAa: Passport;
}

const printed = { familyName: 'MUSTER', givenNames: 'ANNA MARIA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female' } as const;
/** A SecurityInfo, and an unsigned attribute, of a kind that nobody knows (an arc for examples), as long as need be. */
const EXAMPLE_OBJECT_IDENTIFIER = fromHex('0603883703');
const TAG_OF_DG3 = Uint8Array.of(0x63);

/** Two passports of exactly {@link MEASURED_SIZES}. What is added stands where a real issuer's would, signed where that is signed; each passport reads and verifies. */
export function measuredDocuments(nowMs: number): MeasuredDocuments {
  const state = createSpecimenState({ seed: 'bench chip', nowMs });
  const portrait = portraitFor(state);
  const pace = state.mintPassport({ ...printed, portrait, access: 'pace', authentication: 'chipAuthentication' });
  const bac = state.mintPassport({ ...printed, portrait, access: 'bac', authentication: 'activeAuthentication', activeAuthenticationAlgorithm: 'rsa1024' });
  const securityInfo = (filler: Uint8Array): Uint8Array => derObject(0x30, EXAMPLE_OBJECT_IDENTIFIER, derObject(0x04, filler));
  const cardAccess = filled(MEASURED_SIZES.cardAccess, (filler) => appendInside(pace.files.cardAccess!, 0, securityInfo(filler)));
  const dg14 = filled(MEASURED_SIZES.dg14, (filler) => appendInside(pace.files.dg14!, 1, securityInfo(filler)));
  return {
    state,
    paceCa: finished(state, { ...pace, files: { ...pace.files, cardAccess, dg14 } }),
    bacAa: finished(state, bac),
  };
}

/** Signs the files anew, brings EF.SOD to its size by an unsigned attribute (RFC 5652 §5.3) and EF.COM by the tag of DG3, which no terminal without a state's permission reads. */
function finished(state: SpecimenState, passport: Passport): Passport {
  const signed = state.resign(passport);
  const sod = filled(MEASURED_SIZES.sod, (filler) => appendInside(signed.files.sod, 5, derObject(0xa1, derObject(0x30, EXAMPLE_OBJECT_IDENTIFIER, derObject(0x31, derObject(0x04, filler))))));
  const com = Uint8Array.from(signed.files.com.length === MEASURED_SIZES.com ? signed.files.com : appendInside(signed.files.com, 1, TAG_OF_DG3));
  const made: Passport = { ...signed, files: { ...signed.files, com, sod } };
  for (const [name, bytes] of Object.entries(MEASURED_SIZES)) {
    const file = made.files[name as keyof typeof MEASURED_SIZES];
    if (file !== undefined && file.length !== bytes) throw new RangeError(`${name} has ${file.length} bytes, not ${bytes}`);
  }
  return made;
}

/** What `make` gives with as much filler as brings it to the size. */
function filled(bytes: number, make: (filler: Uint8Array) => Uint8Array): Uint8Array<ArrayBuffer> {
  const missing = bytes - make(new Uint8Array()).length;
  for (let filler = missing; filler >= 0 && filler > missing - 16; filler--) {
    const made = make(new Uint8Array(filler));
    if (made.length === bytes) return Uint8Array.from(made);
  }
  throw new RangeError(`cannot be made ${bytes} bytes long`);
}

/** A portrait with which DG2 has its size: a JPEG with comments in it. */
function portraitFor(state: SpecimenState): Uint8Array {
  const sizeWith = (portrait: Uint8Array): number => state.mintPassport({ ...printed, portrait, access: 'bac', authentication: 'none' }).files.dg2.length;
  const comment = (length: number): Uint8Array => concatBytes(testPortrait.subarray(0, 2), fromHex('fffe'), Uint8Array.of((length + 2) >> 8, (length + 2) & 0xff), new Uint8Array(length), testPortrait.subarray(2));
  const missing = MEASURED_SIZES.dg2 - sizeWith(comment(MEASURED_SIZES.dg2 - testPortrait.length - 200));
  const portrait = comment(MEASURED_SIZES.dg2 - testPortrait.length - 200 + missing);
  if (sizeWith(portrait) !== MEASURED_SIZES.dg2) throw new RangeError('no portrait of that size');
  return portrait;
}
