import { concatBytes } from '@visavis/kernel';
import type { PrintedData } from '../lds/encode-mrz-td3.ts';
import type { Passport } from '../lds/passport.ts';
import type { SpecimenState } from '../specimen-state.ts';
import { alteredDg1, alteredDg2 } from './altered-data-groups.ts';
import { flippedSodSignature, unknownCsca } from './altered-sod.ts';
import { cloneWithForeignKeys, cloneWithoutKeys, strippedDg14Dg15 } from './clones.ts';
import { cardAccessAltered, cardAccessRemoved, paceRefused } from './downgrades.ts';

/** The genuine passport, what it was ordered with, and who signed it. */
export interface TamperingSubject {
  readonly passport: Passport;
  readonly printed: PrintedData;
  readonly portrait: Uint8Array;
  readonly state: SpecimenState;
  readonly nowMs: number;
}

/** The attack kit by name. */
export const tamperings = {
  none: ({ passport }) => passport,
  alteredDg1: ({ passport, printed }) => alteredDg1(passport, { ...printed, givenNames: 'SOMEBODY ELSE' }),
  /** The same face in other bytes, so that nothing but the signature can tell: a JPEG comment after SOI. */
  alteredDg2: ({ passport, portrait }) => alteredDg2(passport, concatBytes(portrait.subarray(0, 2), Uint8Array.of(0xff, 0xfe, 0, 3, 0), portrait.subarray(2))),
  flippedSodSignature: ({ passport }) => flippedSodSignature(passport),
  unknownCsca: ({ passport, nowMs }) => unknownCsca(passport, nowMs),
  expiredSigner: ({ passport, state }) => state.resign(passport, 'expired'),
  revokedSigner: ({ passport, state }) => state.resign(passport, 'revoked'),
  strippedDg14Dg15: ({ passport }) => strippedDg14Dg15(passport),
  cloneWithoutKeys: ({ passport }) => cloneWithoutKeys(passport),
  cloneWithForeignKeys: ({ passport }) => cloneWithForeignKeys(passport),
  /** These need a passport that opens both ways. */
  paceRefused: ({ passport }) => paceRefused(passport),
  cardAccessAltered: ({ passport }) => cardAccessAltered(passport),
  cardAccessRemoved: ({ passport }) => cardAccessRemoved(passport),
} as const satisfies Readonly<Record<string, (subject: TamperingSubject) => Passport>>;

export type TamperingName = keyof typeof tamperings;
