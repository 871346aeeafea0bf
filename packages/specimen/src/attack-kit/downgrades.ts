import type { Passport } from '../lds/passport.ts';
import { encodeCardAccess } from '../lds/security-infos.ts';

/** EF.CardAccess advertises PACE, every attempt at PACE errors, BAC works: somebody wants the weaker protocol. */
export function paceRefused(passport: Passport): Passport {
  const { pace } = passport.chip;
  if (pace === undefined || !passport.chip.bac) throw new RangeError('a downgrade needs a passport that does both');
  return { ...passport, chip: { ...passport.chip, pace: { ...pace, behaviour: 'refuses' } } };
}

/** EF.CardAccess is gone (it is unsigned), PACE with it; the signed DG14 still speaks of PACE. */
export function cardAccessRemoved(passport: Passport): Passport {
  if (passport.chip.pace === undefined || !passport.chip.bac) throw new RangeError('a downgrade needs a passport that does both');
  return { ...passport, files: { ...passport.files, cardAccess: undefined }, chip: { ...passport.chip, pace: undefined } };
}

/** EF.CardAccess advertises another curve than the signed DG14, and PACE works on it: the terminal was led to what the forger likes better. */
export function cardAccessAltered(passport: Passport): Passport {
  if (passport.chip.pace === undefined) throw new RangeError('needs a passport that does PACE');
  const variants = passport.chip.pace.variants.map((variant) => ({ ...variant, parameterId: variant.parameterId === 12 ? 13 : 12 }));
  return { ...passport, files: { ...passport.files, cardAccess: encodeCardAccess(variants) }, chip: { ...passport.chip, pace: { ...passport.chip.pace, variants } } };
}
