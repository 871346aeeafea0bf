import { standardizedGroup } from '@visavis/emrtd/crypto';
import type { RandomBytes } from '@visavis/kernel';
import { encodeCom } from '../lds/encode-com.ts';
import { makeActiveAuthenticationKey } from '../lds/make-active-authentication-key.ts';
import type { AgreementKeyPair, Passport } from '../lds/passport.ts';
import { presentDataGroups } from '../lds/encode-sod.ts';
import { seededRandom } from '../pki/seeded-random.ts';

/** A copy on a blank chip that leaves out DG14 and DG15, in EF.COM too, so that nobody asks it to prove itself. */
export function strippedDg14Dg15(passport: Passport): Passport {
  const files = { ...passport.files, dg14: undefined, dg15: undefined };
  const com = encodeCom(presentDataGroups(files).map(([number]) => number));
  return { ...passport, files: { ...files, com }, chip: { ...passport.chip, chipAuthentication: [], activeAuthenticationKey: undefined } };
}

/** A copy of every file on a blank chip: the keys that never leave the original are missing, and the chip says so. */
export function cloneWithoutKeys(passport: Passport): Passport {
  return { ...passport, chip: { ...passport.chip, chipAuthentication: [], activeAuthenticationKey: undefined } };
}

/** A copy of every file on a chip that bluffs: it has keys of its own making and goes through all the motions. */
export function cloneWithForeignKeys(passport: Passport): Passport {
  const { chipAuthentication, activeAuthenticationKey } = passport.chip;
  const random = seededRandom('clone', passport.documentNumber);
  return {
    ...passport,
    chip: {
      ...passport.chip,
      chipAuthentication: chipAuthentication.map((key) => ({ ...key, pair: strangersKey(key.pair.parameterId, random) })),
      activeAuthenticationKey: activeAuthenticationKey === undefined ? undefined : makeActiveAuthenticationKey(activeAuthenticationKey.algorithm, random),
    },
  };
}

function strangersKey(parameterId: number, random: RandomBytes): AgreementKeyPair {
  const group = standardizedGroup(parameterId)!;
  return { parameterId, ...group.drawKeyPair(group.generator, random) };
}
