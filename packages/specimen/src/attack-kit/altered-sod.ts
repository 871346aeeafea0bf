import type { Passport } from '../lds/passport.ts';
import { createSpecimenState } from '../specimen-state.ts';

/** EF.SOD with one bit of its signature's s turned over: the last byte of the file. */
export function flippedSodSignature(passport: Passport): Passport {
  const sod = Uint8Array.from(passport.files.sod);
  sod[sod.length - 1]! ^= 0x01;
  return { ...passport, files: { ...passport.files, sod } };
}

/**
 * The same files signed by an impostor: a CSCA of the same name, country and structure with another key, which no
 * trust store holds.
 */
export function unknownCsca(passport: Passport, nowMs: number): Passport {
  return createSpecimenState({ seed: 'impostor', nowMs }).resign(passport);
}
