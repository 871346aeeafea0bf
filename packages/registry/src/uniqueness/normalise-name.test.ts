import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseName } from './normalise-name.ts';
import { personTag } from './person-tag.ts';

describe('names, so that two documents of one person agree', () => {
  it.each([
    ['MÜLLER', 'MUELLER'],
    ['Müller', 'MUELLER'],
    ['Mu\u0308ller', 'MUELLER'],
    ['D<ARTAGNAN', 'DARTAGNAN'],
    ["d'Artagnan", 'DARTAGNAN'],
    ['JEAN<PIERRE', 'JEANPIERRE'],
    ['Jean-Pierre', 'JEANPIERRE'],
    ['Straße', 'STRASSE'],
    ['ØRSTED', 'OERSTED'],
    ['Núñez', 'NUNEZ'],
    ['Łukasz', 'LUKASZ'],
    ['ﬁn', 'FIN'],
  ])('%s is %s', (name, normalised) => expect(normaliseName(name)).toBe(normalised));

  it('gives letters only, and the same again, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const once = normaliseName(name);
        expect(once).toMatch(/^[A-Z]*$/);
        expect(normaliseName(once)).toBe(once);
      }),
    );
  });
});

describe('the person tag', () => {
  const key = new Uint8Array(32).fill(7);
  const ada = { familyName: 'LOVELACE', givenNames: 'ADA<AUGUSTA', dateOfBirth: '1985-12-10' };
  const hex = (person: typeof ada, under = key) => personTag(under, person).toString('hex');

  it('is the same for another spelling, and another for another name, birth date, split or key', () => {
    expect(hex({ ...ada, givenNames: 'Ada Augusta' })).toBe(hex(ada));
    const others = [{ ...ada, givenNames: 'ADA' }, { ...ada, familyName: 'KING' }, { ...ada, dateOfBirth: '1985-12-11' }, { familyName: 'LOVELACEADA', givenNames: 'AUGUSTA', dateOfBirth: ada.dateOfBirth }];
    expect(new Set([hex(ada), ...others.map((other) => hex(other)), hex(ada, new Uint8Array(32))]).size).toBe(6);
  });
});
