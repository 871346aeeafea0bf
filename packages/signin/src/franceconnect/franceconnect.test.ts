import { type CivilRecord, civilRecord, type PrintedIdentity } from '@visavis/contract';
import { noCivilRegistry } from '@visavis/registry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseServices } from '../parse-services.ts';
import { strictMount } from '../strict/strict-mount.ts';
import { faultyParameter } from './check-request.ts';
import { claimValues } from './claim-values.ts';
import { CLAIM_SOURCES, claimsOfScope, FRANCECONNECT_CLAIMS, scopesFor } from './claims.ts';
import { franceConnectMount } from './franceconnect-mount.ts';
import { toldLevel, wantedLevel } from './level.ts';
import { subject } from './subject.ts';

const person: PrintedIdentity = { familyName: 'DUBOIS', givenNames: 'ANGELA CLAIRE LOUISE', dateOfBirth: '1962-08-24', sex: 'female', nationality: 'UTO' };
const record: CivilRecord = {
  familyName: 'Dubois',
  givenNames: ['Angela', 'Claire Louise'],
  usageName: "Dupont-L'Été",
  dateOfBirth: '1962-08-24',
  sex: 'female',
  birthplace: { country: '99100', commune: '75107' },
};

describe('scopes', () => {
  const pivot = ['given_name', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry'];
  it.each([
    ['low', 'openid', []],
    ['low', 'openid profile', ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'preferred_username']],
    ['high', 'openid profile', ['given_name', 'family_name', 'birthdate', 'gender', 'preferred_username']],
    ['low', 'openid birth', ['birthplace', 'birthcountry']],
    ['low', 'openid identite_pivot', ['given_name', 'given_name_array', ...pivot.slice(1)]],
    ['high', 'openid identite_pivot', pivot],
    ['high', 'openid gender birthdate birthplace birthcountry given_name family_name email preferred_username', [...pivot.slice(0, 4), 'preferred_username', 'birthplace', 'birthcountry', 'email']],
    ['low', 'openid amr idp_id', []],
    ['high', 'openid rnipp_birth', ['rnipp_birthplace', 'rnipp_birthcountry']],
    ['high', 'openid rnipp_profile', ['rnipp_given_name', 'rnipp_given_name_array', 'rnipp_family_name', 'rnipp_birthdate', 'rnipp_gender']],
    ['high', 'openid rnipp_identite_pivot', FRANCECONNECT_CLAIMS.filter((claim) => claim.startsWith('rnipp_'))],
    // Only FranceConnect+ knows them; data providers' scopes and nonsense ask for nothing.
    ['low', 'openid rnipp_identite_pivot dgfip_revenu_fiscal_de_reference constructor __proto__ portrait', []],
  ] as const)('%s: %s', (platform, scope, claims) => {
    expect(claimsOfScope(platform, scope)).toEqual(claims);
  });

  it('a service asks with the scopes whose claims it was registered for', () => {
    expect(scopesFor('low', ['birthplace', 'birthcountry'])).toEqual(['openid', 'birth', 'birthplace', 'birthcountry', 'amr', 'idp_id']);
    expect(scopesFor('high', FRANCECONNECT_CLAIMS)).toContain('identite_pivot');
    expect(scopesFor('high', pivot.slice(1))).not.toContain('identite_pivot');
  });
});

describe('claims', () => {
  it('the document proves names, birth date and sex in its own letters; the civil registry the rest', () => {
    expect(claimValues(person, undefined, record)).toEqual({
      given_name: 'ANGELA CLAIRE LOUISE',
      given_name_array: ['Angela', 'Claire Louise'],
      family_name: 'DUBOIS',
      birthdate: '1962-08-24',
      gender: 'female',
      preferred_username: "Dupont-L'Été",
      birthplace: '75107',
      birthcountry: '99100',
      rnipp_given_name: 'Angela Claire Louise',
      rnipp_given_name_array: ['Angela', 'Claire Louise'],
      rnipp_family_name: 'Dubois',
      rnipp_birthdate: '1962-08-24',
      rnipp_gender: 'female',
      rnipp_birthplace: '75107',
      rnipp_birthcountry: '99100',
    });
  });

  it('what nobody proves is absent, and each claim comes from its one source', () => {
    const documentOnly = claimValues({ ...person, sex: 'unspecified', givenNames: '' }, undefined, undefined);
    expect(documentOnly).toEqual({ family_name: 'DUBOIS', birthdate: '1962-08-24' });
    expect(Object.keys(claimValues(person, undefined, undefined)).filter((claim) => CLAIM_SOURCES[claim as keyof typeof CLAIM_SOURCES] !== 'document')).toEqual([]);
    const { usageName: _none, sex: _neither, ...withoutSome } = record;
    for (const absent of ['preferred_username', 'rnipp_gender']) expect(claimValues(person, undefined, withoutSome)).not.toHaveProperty(absent);
    // No address was confirmed by anybody: there is none.
    expect(claimValues(person, undefined, record)).not.toHaveProperty('email');
    expect(claimValues(person, 'ada@example.org', record)).toHaveProperty('email', 'ada@example.org');
    // A registry that knows more never overrides what the document says.
    expect(claimValues({ ...person, sex: 'unspecified' }, undefined, record)).not.toHaveProperty('gender');
  });

  it.each([
    [{ country: '99100', commune: '2A004' }, '2A004', '99100'],
    [{ country: '99100', commune: '97411' }, '97411', '99100'],
    // Abroad the place is the empty text.
    [{ country: '99217' }, '', '99217'],
  ] as const)('birth at %o', (birthplace, place, country) => {
    expect(claimValues(person, undefined, civilRecord.parse({ ...record, birthplace }))).toMatchObject({ birthplace: place, birthcountry: country });
  });

  it.each([['1962-00-00', '1962-01-01'], ['1962-08-00', '1962-08-01'], ['1962-10-30', '1962-10-30']])('a birth date that the registry knows as %s is told as %s', (known, told) => {
    expect(claimValues(person, undefined, civilRecord.parse({ ...record, dateOfBirth: known }))['rnipp_birthdate']).toBe(told);
  });

  it('a record that is none is refused where it comes in', () => {
    const refused = [
      { birthplace: { country: '99100' } },
      { birthplace: { country: '99100', commune: '2C001' } },
      { birthplace: { country: '99100', commune: 'Paris' } },
      { birthplace: { country: '33100' } },
      { birthplace: { country: '99217', commune: '75107' } },
      { sex: 'unspecified' },
      { dateOfBirth: '1962-00-12' },
      { dateOfBirth: '24/08/1962' },
      { familyName: 'Dubois\u202EsioBuD' },
      { familyName: 'Dubois\n' },
      { familyName: 'E\u0301te' },
      { givenNames: [] },
      { email: 'angela@example.org' },
    ];
    expect(refused.filter((change) => civilRecord.safeParse({ ...record, ...change }).success)).toEqual([]);
    expect(civilRecord.safeParse(record).success).toBe(true);
  });
});

describe('sub', () => {
  it('has FranceConnect’s shape, is one per entity, and tells nothing', () => {
    const known = subject('secret', 'entity', 'identity');
    expect(known).toMatch(/^[0-9a-f]{64}v1$/);
    expect(subject('secret', 'entity', 'identity')).toBe(known);
    for (const other of [subject('other', 'entity', 'identity'), subject('secret', 'another', 'identity'), subject('secret', 'entity', 'another'), subject('secret', 'entity\nidentity', '')]) expect(other).not.toBe(known);
  });
});

describe('acr', () => {
  it.each([
    ['low', 'eidas1', 'eidas1'],
    ['low', 'niveau_inconnu', 'eidas1'],
    ['low', 'eidas1 eidas2 eidas3', 'eidas1'],
    ['low', '', 'eidas1'],
    ['high', 'eidas2', 'eidas2'],
    ['high', 'eidas3', 'eidas3'],
    ['high', 'eidas2 niveau_inconnu', 'eidas2'],
    ['high', 'niveau_inconnu', 'eidas3'],
    ['high', 'eidas3 eidas2', 'eidas2'],
    ['high', 'eidas2 eidas3', 'eidas2'],
  ] as const)('%s: %s wants %s', (platform, acrValues, level) => {
    expect(wantedLevel(platform, acrValues)).toEqual({ ok: true, value: level });
  });

  it.each([
    ['low', 'eidas2', 'eidas1, got eidas2'],
    ['low', 'eidas2 eidas3', 'eidas1, got eidas2'],
    ['low', 'inconnu eidas3', 'eidas1, got eidas3'],
    ['high', 'eidas1', 'eidas2,eidas3, got eidas1'],
    ['high', 'inconnu eidas1', 'eidas2,eidas3, got eidas1'],
    ['high', 'eidas1 eidas2 eidas3', 'eidas2,eidas3, got eidas1'],
  ] as const)('%s: %s is refused', (platform, acrValues, ending) => {
    expect(wantedLevel(platform, acrValues)).toEqual({ ok: false, fault: `acr_value is not valid, should be equal one of these values, expected ${ending}` });
  });

  it.each([
    ['eidas1', 'eidas1', 'eidas1'],
    ['eidas1', 'eidas3', 'eidas1'],
    ['eidas2', 'eidas2', 'eidas2'],
    ['eidas2', 'eidas3', 'eidas3'],
  ] as const)('wanted %s, reached %s: told %s', (wanted, reached, told) => {
    expect(toldLevel(wanted, reached)).toBe(told);
  });
});

describe('registration', () => {
  const written = { clientId: 'service', mount: 'franceconnect', platform: 'high', name: 'Service', redirectUris: ['https://service.example/callback'], tokenEndpointAuthMethod: 'client_secret_post', clientSecret: 's'.repeat(32), purposes: ['to know you'], claims: ['given_name'] };
  const refused = (changes: object) => {
    const parsed = parseServices([{ ...written, ...changes }], [strictMount, franceConnectMount(noCivilRegistry)], false);
    return parsed.ok ? [] : parsed.fault;
  };

  it.each([
    [{ platform: undefined }, 'needs a platform, low (FranceConnect) or high (FranceConnect+)'],
    [{ tokenEndpointAuthMethod: 'client_secret_basic' }, 'authenticates by client_secret_post or private_key_jwt'],
    [{ idTokenSigning: 'HS256' }, 'signs with ES256 only on platform high'],
    [{ userinfoSigning: 'HS256' }, 'signs with ES256 only on platform high'],
    [{ idTokenSigning: 'RS256' }, 'signs with ES256 or HS256'],
    [{ backchannelLogoutUri: 'https://service.example/logout' }, 'FranceConnect tells no service of a logout'],
    [{ claims: ['nationality'] }, 'no such claim: nationality'],
    [{ mount: 'strict' }, 'a platform belongs to the mount franceconnect'],
  ])('refuses %o', (changes, what) => {
    expect(refused(changes)).toEqual([`service: ${what}`]);
  });

  it.each([{}, { platform: 'low', idTokenSigning: 'HS256' }, { platform: 'low', idTokenSigning: 'ES256', claims: [...FRANCECONNECT_CLAIMS, 'amr'] }])('takes %o', (changes) => {
    expect(refused(changes)).toEqual([]);
  });
});

describe('a request', () => {
  const request = { client_id: 'sandbox', redirect_uri: 'https://service.example/callback', response_type: 'code', scope: 'openid profile', acr_values: 'eidas1', state: 's', nonce: 'n'.repeat(22) };
  const checked = (changes: Record<string, string | undefined>) => faultyParameter(new URLSearchParams(Object.entries({ ...request, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined)));

  it.each(Object.keys(request))('without %s', (name) => {
    expect(checked({ [name]: undefined })).toBe(name);
  });

  it.each([
    ['prompt', ''],
    ['prompt', 'none'],
    ['prompt', 'select_account'],
    ['prompt', 'login none'],
    ['nonce', ''],
    ['nonce', 'n'.repeat(21)],
    ['client_id', ''],
    ['redirect_uri', ''],
    ['redirect_uri', 'example.com'],
    ['redirect_uri', 'javascript:alert(1)'],
    ['response_mode', 'fragment'],
    ['response_mode', 'form_post'],
    ['state', 's'.repeat(2049)],
    ['state', 's\0'],
    ['scope', 'openid\r\nset-cookie: a=b'],
  ])('with %s=%s', (name, value) => {
    expect(checked({ [name]: value })).toBe(name);
  });

  it.each([{}, { prompt: 'login' }, { prompt: 'consent' }, { prompt: 'login consent' }, { prompt: 'consent login' }, { idp_hint: 'any' }, { ui_locales: 'fr-FR' }, { nonce: 'nonceatleastsixtyfourcharacterss@#&nonceatleastsixtyfourcharacterss' }, { response_type: '' }, { scope: '' }, { response_mode: 'query' }, { code_challenge: 'c', code_challenge_method: 'S256' }])('passes with %o', (changes) => {
    expect(checked(changes)).toBeUndefined();
  });

  it('says which parameter is sent twice, and never throws', () => {
    const twice = new URLSearchParams(request);
    twice.append('redirect_uri', 'https://evil.example/');
    expect(faultyParameter(twice)).toBe('redirect_uri');
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...Object.keys(request), 'prompt', 'claims'), fc.string())), (pairs) => {
      const faulty = faultyParameter(new URLSearchParams(pairs));
      // Complete by chance it is never: some parameter is named.
      expect(typeof faulty === 'string' || pairs.length >= Object.keys(request).length).toBe(true);
    }));
  });
});
