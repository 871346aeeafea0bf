import { describe, expect, it } from 'vitest';
import { askedClaims, claimsOfScope, claimValues } from './claims.ts';
import { type ClaimsRequest, parseClaimsRequest } from './claims-request.ts';
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

describe('derived claims', () => {
  it.each([
    ['2021-02-28', { age_over_13: false, age_over_18: false, age_band: '0-12' }],
    ['2021-03-01', { age_over_13: true, age_over_18: false, age_band: '13-15' }],
    ['2024-02-28', { age_over_13: true, age_over_18: false, age_band: '13-15' }],
    ['2024-02-29', { age_over_13: true, age_over_18: false, age_band: '16-17' }],
    ['2026-03-01', { age_over_13: true, age_over_18: true, age_band: '18-24' }],
    ['2033-03-01', { age_over_18: true, age_band: '25-64' }],
    ['2073-02-28', { age_band: '25-64' }],
    ['2073-03-01', { age_band: '65+' }],
  ])('on %s, of who was born on 29 February 2008', (day, expected) => {
    expect(claimValues({ person }, Date.parse(`${day}T12:00:00Z`))).toMatchObject(expected);
  });
});

describe('the claims parameter', () => {
  const request = (claims: unknown) => parseClaimsRequest({ claims: JSON.stringify(claims) });

  it('makes a claim voluntary unless it says otherwise; one that a scope names is not, and one that comes with profile is', () => {
    const parsed = request({ userinfo: { age_band: null, gender: { essential: true }, given_name: null }, id_token: { nationality: {}, shoe_size: null } });
    if (typeof parsed === 'string') throw new Error(parsed);
    expect(askedClaims('openid given_name', parsed)).toEqual([
      { name: 'given_name', essential: true },
      { name: 'gender', essential: true },
      { name: 'nationality', essential: false },
      { name: 'age_band', essential: false },
    ]);
    expect(askedClaims('openid profile given_name', request({ userinfo: { birthdate: { essential: true } } }) as ClaimsRequest)).toEqual([
      { name: 'given_name', essential: true },
      { name: 'family_name', essential: false },
      { name: 'birthdate', essential: true },
      { name: 'gender', essential: false },
    ]);
  });

  it.each([
    [[], 'should be a JSON object'],
    [{ userinfo: [] }, 'claims.userinfo should be an object'],
    [{ id_token: 'all' }, 'claims.id_token should be an object'],
    [{ userinfo: { gender: true } }, 'members must be null or objects'],
    [{ userinfo: { gender: { essential: 'yes' } } }, 'essential must be true or false'],
    [{ id_token: { acr: { values: [1] } } }, 'values must be a few strings'],
    [{ id_token: { acr: { values: Array.from({ length: 17 }, String) } } }, 'values must be a few strings'],
  ])('%j is refused', (claims, reason) => {
    expect(request(claims)).toContain(reason);
  });

  it('that is no JSON is refused, and one that is not there asks for nothing', () => {
    expect(parseClaimsRequest({ claims: '{' })).toContain('JSON object');
    expect(parseClaimsRequest({})).toEqual({ userinfo: new Map(), idToken: new Map() });
  });
});

describe('pairwise subjects', () => {
  it('are stable per sector and unlike across sectors, identities and deployments', () => {
    const subject = pairwiseSubject('secret', 'tax.example', 'identity');
    expect(pairwiseSubject('secret', 'tax.example', 'identity')).toBe(subject);
    for (const other of [pairwiseSubject('secret', 'library.example', 'identity'), pairwiseSubject('secret', 'tax.example', 'another'), pairwiseSubject('other', 'tax.example', 'identity')]) expect(other).not.toBe(subject);
  });
});
