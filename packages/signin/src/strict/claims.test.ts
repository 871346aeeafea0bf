import { describe, expect, it } from 'vitest';
import { claimsOfScope, claimValues } from './claims.ts';
import { pairwiseSubject } from '../pairwise-subject.ts';

const person = { familyName: 'LOVELACE', givenNames: 'ADA', dateOfBirth: '2008-02-29', sex: 'unspecified' as const, nationality: 'UTO' };

describe('claims', () => {
  it('a scope asks for its claims and no others, whatever else stands in it', () => {
    expect(claimsOfScope('openid')).toEqual([]);
    expect(claimsOfScope('openid age_over_18 constructor __proto__ portrait')).toEqual(['age_over_18']);
    expect(claimsOfScope('openid profile birthdate')).toEqual(['given_name', 'family_name', 'birthdate', 'gender']);
  });

  it('a person is of age on the birthday, and what the document does not say is left out', () => {
    const at = (day: string) => claimValues({ person }, Date.parse(`${day}T12:00:00Z`));
    expect(at('2026-02-28')['age_over_18']).toBe(false);
    expect(at('2026-03-01')['age_over_18']).toBe(true);
    expect(at('2026-03-01')).not.toHaveProperty('gender');
    expect(claimValues({ person: { ...person, givenNames: '' } }, 0)).not.toHaveProperty('given_name');
  });
});

describe('pairwise subjects', () => {
  it('are stable per sector and unlike across sectors, identities and deployments', () => {
    const subject = pairwiseSubject('secret', 'tax.example', 'identity');
    expect(pairwiseSubject('secret', 'tax.example', 'identity')).toBe(subject);
    for (const other of [pairwiseSubject('secret', 'library.example', 'identity'), pairwiseSubject('secret', 'tax.example', 'another'), pairwiseSubject('other', 'tax.example', 'identity')]) expect(other).not.toBe(subject);
  });
});
