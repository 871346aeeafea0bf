import type { CivilRecord } from '@visavis/contract';
import { compactDecrypt, createLocalJWKSet, type CryptoKey, decodeProtectedHeader, exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCivilRegistry, type TestCivilRegistry } from './civil-registry.ts';
import { createBrowser } from './cookie-jar.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen, type FaultAnswer, type TestCitizen } from './test-citizen.ts';

const LOW_CLAIMS = ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'preferred_username', 'birthplace', 'birthcountry', 'email'];
const RNIPP_CLAIMS = ['rnipp_given_name', 'rnipp_given_name_array', 'rnipp_family_name', 'rnipp_birthdate', 'rnipp_gender', 'rnipp_birthplace', 'rnipp_birthcountry'];
const HIGH_CLAIMS = [...LOW_CLAIMS.filter((claim) => claim !== 'given_name_array'), ...RNIPP_CLAIMS];

const born: CivilRecord = { familyName: 'Lovelace', givenNames: ['Ada', 'Marie-Louise'], usageName: 'Byron', dateOfBirth: '1985-12-00', sex: 'female', birthplace: { country: '99100', commune: '2A004' } };

interface Keys {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

let server: TestServer;
let registry: TestCivilRegistry;
let issuer: string;
let rsa: Keys;
let ec: Keys;
let signing: Keys;
let citizen: TestCitizen;

beforeAll(async () => {
  registry = await startTestCivilRegistry();
  rsa = await generateKeyPair('RSA-OAEP-256', { extractable: true });
  ec = await generateKeyPair('ECDH-ES', { extractable: true });
  signing = await generateKeyPair('ES256');
  const jwk = async ({ publicKey }: Keys, kid: string, use: string) => ({ ...(await exportJWK(publicKey)), kid, use });
  const [rsaKey, ecKey] = [await jwk(rsa, 'rsa', 'enc'), await jwk(ec, 'ec', 'enc')];
  const common = { mount: 'franceconnect', tokenEndpointAuthMethod: 'client_secret_post', clientSecret: SERVICE_SECRET, purposes: ['to know who you are'] };
  const at = (host: string) => ({ redirectUris: [`https://${host}/callback`], postLogoutRedirectUris: [`https://${host}/logged-out`] });
  const low = { ...common, platform: 'low', idTokenSigning: 'HS256', claims: LOW_CLAIMS };
  const high = { ...common, platform: 'high', claims: [...HIGH_CLAIMS, 'amr'] };
  const { clientSecret: _none, ...withoutSecret } = high;
  const services = [
    { ...low, ...at('low.example'), clientId: 'low', name: 'Low', sector: 'entity-1' },
    // Another website of the same entity, with another algorithm, that may ask how the citizen signed in.
    { ...low, ...at('low-too.example'), clientId: 'low-too', name: 'Low too', sector: 'entity-1', idTokenSigning: 'ES256', claims: [...LOW_CLAIMS, 'amr'] },
    { ...high, ...at('high.example'), clientId: 'high', name: 'High', sector: 'entity-2' },
    { ...high, ...at('pivot.example'), clientId: 'pivot', name: 'Pivot only', sector: 'entity-3', claims: LOW_CLAIMS.filter((claim) => !['given_name_array', 'preferred_username', 'email'].includes(claim)) },
    ...['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES'].map((alg) => ({ ...high, ...at('sealed.example'), clientId: `sealed-${alg.toLowerCase()}`, name: alg, sector: 'entity-4', idTokenEncryption: { alg, enc: 'A256GCM' }, userinfoSigning: 'ES256', userinfoEncryption: { alg, enc: 'A256GCM' }, jwks: { keys: [alg === 'ECDH-ES' ? ecKey : rsaKey] } })),
    { ...withoutSecret, ...at('assertion.example'), clientId: 'assertion', name: 'Assertion', sector: 'entity-5', tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [await jwk(signing, 'signing', 'sig')] } },
  ];
  server = await startTestServer({ VISAVIS_CIVIL_REGISTRY_URL: registry.origin }, undefined, services);
  issuer = `${server.origin}/api/v2`;
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(async () => {
  await server?.stop();
  await registry?.stop();
});

const host = (clientId: string): string => (clientId.startsWith('sealed') ? 'sealed.example' : `${clientId}.example`);

interface Request {
  readonly clientId: string;
  readonly scope?: string;
  readonly acr?: string;
  readonly changes?: Readonly<Record<string, string | undefined>>;
  readonly method?: 'GET' | 'POST';
}

const parametersOf = ({ clientId, scope = 'openid', acr, changes = {} }: Request): URLSearchParams => {
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: `https://${host(clientId)}/callback`,
    scope,
    acr_values: acr ?? (clientId.startsWith('low') ? 'eidas1' : 'eidas2'),
    state: 'a-state-of-the-service-of-some-length',
    nonce: 'nonceatleastthirtytwocharacterss',
    ...changes,
  };
  return new URLSearchParams(Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined));
};

/** By a form the browser is first sent to ask the same by query. */
async function authorize(request: Request, { browser }: Pick<TestCitizen, 'browser'> = { browser: createBrowser() }): Promise<Response> {
  if (request.method !== 'POST') return browser.fetch(`${issuer}/authorize?${parametersOf(request).toString()}`);
  const sent = await browser.fetch(`${issuer}/authorize`, { method: 'POST', body: parametersOf(request) });
  const again = sent.headers.get('location');
  if (again?.startsWith(`${issuer}/authorize?`) !== true) throw new Error(`not sent on: ${sent.status} ${again}`);
  return browser.fetch(again);
}

/** A whole sign-in, up to the address that the service's browser comes back to. */
async function comeBack(request: Request, by = citizen): Promise<URL> {
  const { returnTo } = await answerInteraction(server, by, (await authorize(request, by)).headers.get('location')!);
  return new URL((await by.browser.fetch(returnTo)).headers.get('location')!);
}

const redeem = (clientId: string, code: string, changes: Record<string, string> = {}): Promise<Response> =>
  fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', client_id: clientId, client_secret: SERVICE_SECRET, redirect_uri: `https://${host(clientId)}/callback`, code, ...changes }) });

interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
}

const userinfo = (accessToken: string): Promise<Response> => fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } });

async function signIn(request: Request, by = citizen) {
  const code = (await comeBack(request, by)).searchParams.get('code')!;
  const tokens = (await (await redeem(request.clientId, code)).json()) as Tokens;
  return { code, tokens, userinfo: await userinfo(tokens.access_token) };
}

/** As a service verifies, by the algorithm that it expects and no other. */
async function verified(clientId: string, jws: string): Promise<JWTPayload> {
  const options = { issuer, audience: clientId };
  if (clientId === 'low') return (await jwtVerify(jws, Buffer.from(SERVICE_SECRET), { ...options, algorithms: ['HS256'] })).payload;
  const keys = (await (await fetch(`${issuer}/jwks`)).json()) as JSONWebKeySet;
  return (await jwtVerify(jws, createLocalJWKSet(keys), { ...options, algorithms: ['ES256'] })).payload;
}

async function toldTo(request: Request): Promise<JWTPayload> {
  const { userinfo: answer } = await signIn(request);
  expect(answer.status).toBe(200);
  const { aud: _aud, exp: _exp, iat: _iat, iss: _iss, sub: _sub, ...told } = await verified(request.clientId, await answer.text());
  return told;
}

/** The page that goes nowhere. */
async function expectPage(response: Response, code: string): Promise<void> {
  const page = await response.text();
  expect([response.status, response.headers.get('location'), response.headers.get('content-type'), page.match(/Y[0-9A-F]{6}/)?.[0]]).toEqual([400, null, 'text/html; charset=utf-8', code]);
}

function expectRedirect(response: Response, clientId: string, error: string, description: string): void {
  const back = new URL(response.headers.get('location')!);
  expect([response.status, back.origin + back.pathname, back.searchParams.get('error'), back.searchParams.get('error_description'), back.searchParams.get('state')]).toEqual([303, `https://${host(clientId)}/callback`, error, description, 'a-state-of-the-service-of-some-length']);
}

describe('discovery', () => {
  it('announces FranceConnect’s routes and what works there, and sets no cookie', async () => {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`);
    expect([response.status, response.headers.get('set-cookie')]).toEqual([200, null]);
    const discovery = (await response.json()) as Record<string, unknown>;
    expect(discovery).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      end_session_endpoint: `${issuer}/session/end`,
      introspection_endpoint: `${issuer}/token/introspection`,
      revocation_endpoint: `${issuer}/token/revocation`,
      acr_values_supported: ['eidas1', 'eidas2', 'eidas3'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      subject_types_supported: ['pairwise'],
      claims_parameter_supported: true,
      grant_types_supported: ['authorization_code'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
      id_token_encryption_enc_values_supported: ['A256GCM'],
      userinfo_encryption_enc_values_supported: ['A256GCM'],
    });
    for (const name of ['id_token_signing_alg_values_supported', 'userinfo_signing_alg_values_supported']) expect((discovery[name] as string[]).toSorted()).toEqual(['ES256', 'HS256']);
    for (const name of ['id_token_encryption_alg_values_supported', 'userinfo_encryption_alg_values_supported']) expect((discovery[name] as string[]).toSorted()).toEqual(['ECDH-ES', 'RSA-OAEP', 'RSA-OAEP-256']);
    expect(discovery['scopes_supported']).toEqual(expect.arrayContaining(['openid', 'profile', 'birth', 'identite_pivot', 'preferred_username', 'amr', 'idp_id', 'rnipp_birth']));
    expect(discovery['claims_supported']).toEqual(expect.arrayContaining(['sub', 'given_name', 'given_name_array', 'rnipp_given_name_array', 'amr', 'acr']));
    for (const absent of ['pushed_authorization_request_endpoint', 'registration_endpoint', 'backchannel_logout_supported', 'backchannel_logout_session_supported']) expect(discovery).not.toHaveProperty(absent);
    expect(discovery['scopes_supported']).not.toContain('offline_access');
  });
});

describe('authorize', () => {
  it.each(['acr_values', 'client_id', 'nonce', 'redirect_uri', 'response_type', 'scope', 'state'])('without %s: a page with Y030007, by query and by form', async (name) => {
    for (const method of ['GET', 'POST'] as const) await expectPage(await authorize({ clientId: 'low', method, changes: { [name]: undefined } }), 'Y030007');
  });

  it.each([
    ['prompt', ''],
    ['prompt', 'none'],
    ['prompt', 'select_account'],
    ['nonce', ''],
    ['nonce', 'nonce_trop_court'],
    ['nonce', 'n'.repeat(21)],
    ['client_id', ''],
    ['redirect_uri', ''],
    ['redirect_uri', 'example.com'],
    ['response_mode', 'fragment'],
  ])('with %s=%s: a page with Y030007', async (name, value) => {
    for (const method of ['GET', 'POST'] as const) await expectPage(await authorize({ clientId: 'low', method, changes: { [name]: value } }), 'Y030007');
  });

  it('however the path is spelt, the same is looked at; a parameter sent twice and a body that is no form are refused', async () => {
    const browser = createBrowser();
    const short = parametersOf({ clientId: 'low', changes: { nonce: 'short' } }).toString();
    for (const spelt of ['AUTHORIZE', 'authorize/', 'Authorize/']) {
      await expectPage(await browser.fetch(`${issuer}/${spelt}?${short}`), 'Y030007');
      // Its honest twin.
      expect((await browser.fetch(`${issuer}/${spelt}?${parametersOf({ clientId: 'low' }).toString()}`)).headers.get('location')).toContain('/sign-in/');
    }
    await expectPage(await browser.fetch(`${issuer}/authorize?${parametersOf({ clientId: 'low' }).toString()}&nonce=another-nonce-of-some-length`), 'Y030007');
    // Forms are taken at the one address: elsewhere, and where they are none or too long, nothing goes on.
    await expectPage(await browser.fetch(`${issuer}/AUTHORIZE`, { method: 'POST', body: parametersOf({ clientId: 'low' }) }), 'Y030007');
    const odd = [{ body: JSON.stringify(Object.fromEntries(parametersOf({ clientId: 'low' }))), headers: { 'content-type': 'application/json' } }, { body: new URLSearchParams({ ...Object.fromEntries(parametersOf({ clientId: 'low' })), padding: 'x'.repeat(60_000) }) }];
    for (const init of odd) {
      const refused = await browser.fetch(`${issuer}/authorize`, { method: 'POST', ...init });
      expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    }
    // A form can't be smuggled past by a query beside it: only the form is read.
    const smuggled = await browser.fetch(`${issuer}/authorize?${parametersOf({ clientId: 'low' }).toString()}`, { method: 'POST', body: new URLSearchParams(short) });
    await expectPage(await browser.fetch(smuggled.headers.get('location')!), 'Y030007');
  });

  it.each([{}, { prompt: 'login' }, { prompt: 'consent' }, { prompt: 'login consent' }, { prompt: 'consent login' }, { idp_hint: 'any-provider' }, { ui_locales: 'fr-FR' }, { nonce: 'n'.repeat(22) }, { nonce: 'nonceatleastsixtyfourcharacterss@#&nonceatleastsixtyfourcharacterss' }, { unknown_parameter: 'x' }])('passes with %o, by query and by form', async (changes) => {
    for (const method of ['GET', 'POST'] as const) {
      const response = await authorize({ clientId: 'low', method, changes });
      expect([response.status, response.headers.get('location')]).toEqual([303, expect.stringMatching(/\/sign-in\/[A-Za-z0-9_-]{10,}$/)]);
    }
  });

  it.each([
    [{ response_type: '' }, 'invalid_request', "missing required parameter 'response_type'"],
    [{ response_type: 'inconnu' }, 'unsupported_response_type', 'unsupported response_type requested'],
    [{ scope: '' }, 'invalid_request', 'openid scope must be requested when using the acr_values parameter'],
    [{ scope: 'profile' }, 'invalid_request', 'openid scope must be requested when using the acr_values parameter'],
  ])('with %o the service hears %s', async (changes, error, description) => {
    for (const method of ['GET', 'POST'] as const) expectRedirect(await authorize({ clientId: 'low', method, changes }), 'low', error, description);
  });

  it.each(['id_token', 'id_token token', 'code id_token', 'code token'])('response_type %s is answered in the fragment, and nothing is issued', async (response_type) => {
    const back = new URL((await authorize({ clientId: 'low', changes: { response_type } })).headers.get('location')!);
    expect([back.origin, back.search, new URLSearchParams(back.hash.slice(1)).get('error'), back.hash.includes('code=')]).toEqual(['https://low.example', '', 'unsupported_response_type', false]);
  });

  it('a scope that the service was not registered for is invalid_scope; one that nobody knows is ignored', async () => {
    expectRedirect(await authorize({ clientId: 'pivot', scope: 'openid email' }), 'pivot', 'invalid_scope', 'requested scope is not allowed');
    expect((await authorize({ clientId: 'pivot', scope: 'openid identite_pivot dgfip_rfr unknown' })).headers.get('location')).toContain('/sign-in/');
  });

  it('an unknown service and a foreign way back are a page; nobody is sent there', async () => {
    for (const method of ['GET', 'POST'] as const) {
      // The strict mount's services are unknown here, and the other way round.
      for (const clientId of ['nobody', 'tax-office']) await expectPage(await authorize({ clientId, method }), 'Y04EA6E');
      for (const redirect_uri of ['https://evil.example/callback', 'https://low.example/callback/../evil', 'https://low.example@evil.example/callback', 'https://low-too.example/callback']) await expectPage(await authorize({ clientId: 'low', method, changes: { redirect_uri } }), 'Y04C013');
      // Two faults: the address is looked at whatever else is wrong.
      await expectPage(await authorize({ clientId: 'low', method, changes: { scope: 'email', redirect_uri: 'https://low.example/wrong-url' } }), 'Y04C013');
    }
    const strict = await fetch(`${server.origin}/oidc/auth?${parametersOf({ clientId: 'low' }).toString()}`, { redirect: 'manual' });
    expect([strict.status, strict.headers.get('location')]).toEqual([400, null]);
  });

  it('a citizen who does not agree is reported as FranceConnect does', async () => {
    const started = await authorize({ clientId: 'low' }, citizen);
    const uid = started.headers.get('location')!.split('/').at(-1)!;
    const { returnTo } = (await (await citizen.browser.fetch(`${server.origin}/api/interactions/${uid}/consent`, { json: { agree: false } })).json()) as { returnTo: string };
    expectRedirect(await citizen.browser.fetch(returnTo), 'low', 'access_denied', 'User auth aborted');
  });

  it('a sign-in that is over is a page with Y190001', async () => {
    await expectPage(await createBrowser().fetch(`${issuer}/authorize/AAAAAAAAAAAAAAAAAAAAA`), 'Y190001');
  });
});

describe('whatever is sent', () => {
  const registered = ['low', 'low-too', 'high', 'pivot', 'sealed', 'assertion'].map((name) => `https://${name}.example/callback`);
  const oddities = ['', ' ', 'none', 'code', 'low', 'high', 'tax-office', 'openid', 'profile', 'eidas1', 'eidas2 eidas9', 'https://low.example/callback', 'https://low.example/callback#x', 'https://evil.example/', '//evil.example', 'javascript:alert(1)', 'n'.repeat(32), '{"id_token":{"amr":null}}', '{"id_token":7}', '[]', '\u0000', '\r\nset-cookie: a=b', '<script>', '%2e%2e', '__proto__'];
  const value = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...oddities) }, { weight: 1, arbitrary: fc.string({ maxLength: 40 }) });
  const names = ['client_id', 'redirect_uri', 'response_type', 'scope', 'acr_values', 'state', 'nonce', 'prompt', 'claims', 'idp_hint', 'ui_locales', 'response_mode', 'request', 'request_uri', 'id_token_hint', 'max_age', 'code_challenge', 'code_challenge_method', 'login_hint', 'display', 'registration'];

  it('authorize never fails inside, never sends a browser where nobody registered, and never shows what it was sent', async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), fc.option(value, { nil: undefined }), { maxKeys: 5 }), fc.constantFrom('GET', 'POST'), async (changes, method) => {
        const response = await authorize({ clientId: 'low', changes, method });
        seen.add(response.status);
        expect(response.status).toBeLessThan(500);
        const location = response.headers.get('location');
        if (location === null) expect(await response.text()).not.toContain('<script>');
        else expect([...registered, `${server.origin}/sign-in/`].filter((place) => location.startsWith(place))).toHaveLength(1);
      }),
      { numRuns: 1500 },
    );
    expect(seen).toEqual(new Set([303, 400]));
  });

  it('token never fails inside and never issues', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom('grant_type', 'code', 'redirect_uri', 'client_id', 'client_secret', 'code_verifier', 'client_assertion', 'client_assertion_type', 'refresh_token', 'scope'), fc.oneof(value, fc.constantFrom('authorization_code', 'refresh_token', 'client_credentials', SERVICE_SECRET))), async (parameters) => {
        const response = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(parameters) });
        expect([400, 401]).toContain(response.status);
      }),
      { numRuns: 500 },
    );
  });
});

describe('acr', () => {
  it.each([
    ['low', 'eidas2', 'eidas1, got eidas2'],
    ['low', 'eidas2 eidas3', 'eidas1, got eidas2'],
    ['low', 'inconnu eidas3', 'eidas1, got eidas3'],
    ['high', 'eidas1', 'eidas2,eidas3, got eidas1'],
    ['high', 'eidas1 inconnu', 'eidas2,eidas3, got eidas1'],
    ['high', 'eidas1 eidas2 eidas3', 'eidas2,eidas3, got eidas1'],
  ])('%s: %s is invalid_acr', async (clientId, acr, ending) => {
    for (const method of ['GET', 'POST'] as const) expectRedirect(await authorize({ clientId, acr, method }), clientId, 'invalid_acr', `acr_value is not valid, should be equal one of these values, expected ${ending}`);
  });

  it.each([
    ['low', 'eidas1', 'eidas1'],
    ['low', 'niveau_inconnu', 'eidas1'],
    ['low', 'eidas1 eidas2 eidas3', 'eidas1'],
    // The citizen reached eidas2.
    ['high', 'eidas2', 'eidas2'],
    ['high', 'eidas3 eidas2', 'eidas2'],
    ['high', 'eidas2 niveau_inconnu', 'eidas2'],
  ])('%s: %s signs in, and the service is told %s', async (clientId, acr, told) => {
    for (const method of ['GET', 'POST'] as const) {
      const { tokens } = await signIn({ clientId, acr, method });
      expect((await verified(clientId, tokens.id_token))['acr']).toBe(told);
    }
  });

  it.each(['eidas3', 'niveau_inconnu'])('high: %s is more than this citizen reached, and nothing is issued', async (acr) => {
    const uid = (await authorize({ clientId: 'high', acr }, citizen)).headers.get('location')!.split('/').at(-1)!;
    const api = `${server.origin}/api/interactions/${uid}`;
    const asked = (await (await citizen.browser.fetch(api)).json()) as { levelOfAssurance: string; challenge: { challengeId: string; options: { challenge: string } } };
    expect(asked.levelOfAssurance).toBe('eidas3');
    const passkey = await citizen.authenticator.get(asked.challenge.options);
    const refused = (await (await citizen.browser.fetch(`${api}/passkey`, { json: { challengeId: asked.challenge.challengeId, passkey } })).json()) as FaultAnswer;
    expect(refused.fault.code).toBe('SIGN_IN_LEVEL_TOO_LOW');
  });
});

describe('amr', () => {
  const claims = JSON.stringify({ id_token: { amr: { essential: true } } });

  it('is told to a service that asks for it and may', async () => {
    for (const clientId of ['low-too', 'high']) {
      const told = await verified(clientId, (await signIn({ clientId, changes: { claims } })).tokens.id_token);
      expect(told['amr']).toEqual(['pop', 'user', 'mfa']);
      expect(Object.keys(told).toSorted()).toEqual(['acr', 'amr', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'nonce', 'sub']);
    }
  });

  it('is not told unasked, and its scope says nothing', async () => {
    const { tokens, userinfo: answer } = await signIn({ clientId: 'high', scope: 'openid amr idp_id' });
    expect(await verified('high', tokens.id_token)).not.toHaveProperty('amr');
    expect(await verified('high', await answer.text())).not.toHaveProperty('amr');
  });

  it('a service that may not ask gets a page with Y100009', async () => {
    for (const method of ['GET', 'POST'] as const) await expectPage(await authorize({ clientId: 'low', method, changes: { claims } }), 'Y100009');
  });

  it('the claims parameter asks for nothing else', async () => {
    const greedy = JSON.stringify({ id_token: { amr: null, family_name: null }, userinfo: { family_name: { essential: true } } });
    const { tokens, userinfo: answer } = await signIn({ clientId: 'high', changes: { claims: greedy } });
    expect(await verified('high', tokens.id_token)).not.toHaveProperty('family_name');
    expect(await verified('high', await answer.text())).not.toHaveProperty('family_name');
  });
});

describe('token', () => {
  it('answers with five members, and never sets a cookie', async () => {
    const response = await redeem('low', (await comeBack({ clientId: 'low', scope: 'openid profile' })).searchParams.get('code')!);
    expect([response.status, response.headers.get('set-cookie'), response.headers.get('content-type')]).toEqual([200, null, expect.stringContaining('application/json')]);
    expect(await response.json()).toEqual({ access_token: expect.any(String) as string, expires_in: 60, id_token: expect.any(String) as string, scope: 'openid profile', token_type: 'Bearer' });
  });

  it('a wrong secret is invalid_client, and the code stays the service’s', async () => {
    const code = (await comeBack({ clientId: 'low' })).searchParams.get('code')!;
    const wrong = await redeem('low', code, { client_secret: 'wrong-client-secret' });
    expect([wrong.status, await wrong.json()]).toEqual([401, { error: 'invalid_client', error_description: 'client authentication failed' }]);
    expect((await redeem('low', code)).status).toBe(200);
  });

  it('a code of one service is nothing in another’s hands', async () => {
    const code = (await comeBack({ clientId: 'low' })).searchParams.get('code')!;
    const stolen = await redeem('low-too', code, { redirect_uri: 'https://low.example/callback' });
    expect([stolen.status, ((await stolen.json()) as { error: string }).error]).toEqual([400, 'invalid_grant']);
  });

  it('private_key_jwt proves a service, once, and only to this issuer', async () => {
    const assertion = (aud: string | string[], jti: string) => new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'signing' }).setIssuer('assertion').setSubject('assertion').setAudience(aud).setIssuedAt().setExpirationTime('30s').setJti(jti).sign(signing.privateKey);
    const proven = (code: string, client_assertion: string) =>
      fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', client_id: 'assertion', redirect_uri: 'https://assertion.example/callback', code, client_assertion, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }) });
    const code = async () => (await comeBack({ clientId: 'assertion' })).searchParams.get('code')!;
    const error = async (response: Response) => ((await response.json()) as { error: string }).error;
    expect(await error(await proven(await code(), await assertion('https://another.example/api/v2', 'a')))).toBe('invalid_client');
    expect((await proven(await code(), await assertion(`${issuer}/token`, 'token endpoint'))).status).toBe(200);
    expect(await error(await proven(await code(), await assertion([issuer, 'https://another.example'], 'list')))).toBe('invalid_client');
    const once = await assertion(issuer, 'b');
    expect((await proven(await code(), once)).status).toBe(200);
    expect(await error(await proven(await code(), once))).toBe('invalid_client');
  });

  it('PKCE is not demanded; a service that uses it is held to it', async () => {
    const changes = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
    const code = async () => (await comeBack({ clientId: 'low', changes })).searchParams.get('code')!;
    expect((await redeem('low', await code())).status).toBe(400);
    expect((await redeem('low', await code(), { code_verifier: 'x'.repeat(43) })).status).toBe(400);
    expect((await redeem('low', await code(), { code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' })).status).toBe(200);
  });
});

describe('id_token', () => {
  it.each([
    ['low', 'HS256'],
    ['low-too', 'ES256'],
    ['high', 'ES256'],
  ])('of %s: signed with %s, alg and kid in the header, FranceConnect’s claims and no others', async (clientId, alg) => {
    const before = Math.floor(Date.now() / 1000);
    const { tokens } = await signIn({ clientId, scope: 'openid profile' });
    const { kid, ...header } = decodeProtectedHeader(tokens.id_token);
    expect([header, kid === undefined || kid.length > 0]).toEqual([{ alg }, true]);
    const claims = await verified(clientId, tokens.id_token);
    expect(Object.keys(claims).toSorted()).toEqual(['acr', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'nonce', 'sub']);
    expect(claims).toMatchObject({ iss: issuer, aud: clientId, nonce: 'nonceatleastthirtytwocharacterss', exp: claims.iat! + 60 });
    expect(Math.abs((claims['auth_time'] as number) - before)).toBeLessThan(10);
  });
});

describe('userinfo', () => {
  it('is a signed JWT with the claims that were agreed to, what the civil registry proves among them', async () => {
    registry.answer(born);
    const { userinfo: answer } = await signIn({ clientId: 'low', scope: 'openid identite_pivot preferred_username' });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('set-cookie')]).toEqual([200, expect.stringMatching(/^application\/jwt/), null]);
    const jws = await answer.text();
    expect(decodeProtectedHeader(jws).alg).toBe('HS256');
    const told = await verified('low', jws);
    expect(told).toEqual({
      aud: 'low',
      exp: expect.any(Number) as number,
      iat: expect.any(Number) as number,
      iss: issuer,
      sub: expect.stringMatching(/^[0-9a-f]{64}v1$/) as string,
      given_name: 'ADA',
      given_name_array: ['Ada', 'Marie-Louise'],
      family_name: 'LOVELACE',
      birthdate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) as string,
      gender: 'female',
      preferred_username: 'Byron',
      birthplace: '2A004',
      birthcountry: '99100',
    });
  });

  it.each([
    ['low', 'openid profile', ['birthdate', 'family_name', 'gender', 'given_name', 'given_name_array', 'preferred_username']],
    ['high', 'openid profile', ['birthdate', 'family_name', 'gender', 'given_name', 'preferred_username']],
    ['low', 'openid birth', ['birthcountry', 'birthplace']],
    ['high', 'openid identite_pivot', ['birthcountry', 'birthdate', 'birthplace', 'family_name', 'gender', 'given_name']],
    ['low', 'openid gender birthcountry', ['birthcountry', 'gender']],
    ['high', 'openid rnipp_birth', ['rnipp_birthcountry', 'rnipp_birthplace']],
    ['high', 'openid rnipp_identite_pivot', RNIPP_CLAIMS.toSorted()],
    ['low', 'openid', []],
    // Nobody confirmed an address.
    ['low', 'openid email given_name', ['given_name']],
  ])('%s, %s: %j', async (clientId, scope, claims) => {
    registry.answer(born);
    expect(Object.keys(await toldTo({ clientId, scope })).toSorted()).toEqual(claims);
  });

  it('the citizen sees who proves what before they agree', async () => {
    registry.answer(born);
    const by = createCitizen(server);
    await by.enrol();
    const api = `${server.origin}/api/interactions/${(await authorize({ clientId: 'low', scope: 'openid family_name birthplace email' }, by)).headers.get('location')!.split('/').at(-1)!}`;
    const first = (await (await by.browser.fetch(api)).json()) as { claims: unknown[]; challenge: { challengeId: string; options: { challenge: string } } };
    const essential = true;
    expect(first.claims).toEqual([{ name: 'family_name', essential }, { name: 'birthplace', essential }, { name: 'email', essential: false }]);
    const shown = await by.browser.fetch(`${api}/passkey`, { json: { challengeId: first.challenge.challengeId, passkey: await by.authenticator.get(first.challenge.options) } });
    expect(((await shown.json()) as { claims: unknown[] }).claims).toEqual([
      { name: 'family_name', essential, value: 'LOVELACE', source: 'document' },
      { name: 'birthplace', essential, value: '2A004', source: 'civilRegistry' },
      { name: 'email', essential: false },
    ]);
  });

  it('a registry that knows a month and no day is told as the first; abroad the place is empty', async () => {
    registry.answer({ ...born, birthplace: { country: '99217' } });
    expect(await toldTo({ clientId: 'high', scope: 'openid birth rnipp_birthdate' })).toEqual({ birthplace: '', birthcountry: '99217', rnipp_birthdate: '1985-12-01' });
  });

  it('what the civil registry does not know is absent, and a registry that does not answer stops the sign-in', async () => {
    registry.answer(null);
    expect(Object.keys(await toldTo({ clientId: 'low', scope: 'openid identite_pivot' })).toSorted()).toEqual(['birthdate', 'family_name', 'gender', 'given_name']);
    registry.answer('failure');
    const uid = (await authorize({ clientId: 'low', scope: 'openid birth' }, citizen)).headers.get('location')!.split('/').at(-1)!;
    const api = `${server.origin}/api/interactions/${uid}`;
    const { challenge } = (await (await citizen.browser.fetch(api)).json()) as { challenge: { challengeId: string; options: { challenge: string } } };
    const failed = await citizen.browser.fetch(`${api}/passkey`, { json: { challengeId: challenge.challengeId, passkey: await citizen.authenticator.get(challenge.options) } });
    expect([failed.status, ((await failed.json()) as FaultAnswer).fault.code]).toEqual([503, 'SIGN_IN_PROOF_UNAVAILABLE']);
    // It recovers: the passkey was shown, the consent is remembered, and neither is asked for again.
    registry.answer(born);
    expect(((await (await citizen.browser.fetch(api)).json()) as { step: string }).step).toBe('done');
    // Gone between consent and userinfo: the service hears so, and not half of an identity.
    const code = (await comeBack({ clientId: 'low', scope: 'openid birth' })).searchParams.get('code')!;
    const tokens = (await (await redeem('low', code)).json()) as Tokens;
    registry.answer('failure');
    const told = await userinfo(tokens.access_token);
    expect([told.status, ((await told.json()) as { error: string }).error]).toEqual([400, 'temporarily_unavailable']);
    registry.answer(born);
  });

  it('the civil registry hears of nobody whose service wants nothing from it', async () => {
    registry.answer(born);
    const before = registry.asked.length;
    await signIn({ clientId: 'low', scope: 'openid given_name birthdate' });
    expect(registry.asked.length).toBe(before);
    await signIn({ clientId: 'low', scope: 'openid birth' });
    expect(registry.asked.length).toBeGreaterThan(before);
    expect(registry.asked.at(-1)).toMatchObject({ person: { familyName: 'LOVELACE' }, document: { issuingState: 'UTO' } });
  });
});

describe('encryption to the service', () => {
  it.each([
    ['sealed-rsa-oaep', 'RSA-OAEP', ['alg', 'aud', 'cty', 'enc', 'iss', 'kid']],
    ['sealed-rsa-oaep-256', 'RSA-OAEP-256', ['alg', 'aud', 'cty', 'enc', 'iss', 'kid']],
    ['sealed-ecdh-es', 'ECDH-ES', ['alg', 'aud', 'cty', 'enc', 'epk', 'iss', 'kid']],
  ])('%s: id_token and userinfo, members of the header as FranceConnect+’s', async (clientId, alg, members) => {
    const { tokens, userinfo: answer } = await signIn({ clientId, scope: 'openid family_name' });
    const bodies = [tokens.id_token, await answer.text()];
    for (const jwe of bodies) {
      const header = decodeProtectedHeader(jwe) as Record<string, unknown>;
      expect(Object.keys(header).toSorted()).toEqual(members);
      expect(header).toMatchObject({ alg, enc: 'A256GCM', cty: 'JWT', kid: alg === 'ECDH-ES' ? 'ec' : 'rsa', iss: issuer, aud: clientId });
    }
    const key = alg === 'RSA-OAEP' ? await crypto.subtle.importKey('pkcs8', await crypto.subtle.exportKey('pkcs8', rsa.privateKey), { name: 'RSA-OAEP', hash: 'SHA-1' }, false, ['decrypt', 'unwrapKey']) : alg === 'ECDH-ES' ? ec.privateKey : rsa.privateKey;
    const [idToken, told] = await Promise.all(bodies.map(async (jwe) => verified(clientId, Buffer.from((await compactDecrypt(jwe, key)).plaintext).toString('utf8'))));
    expect([idToken!['acr'], told!['family_name'], told!.sub]).toEqual(['eidas2', 'LOVELACE', idToken!.sub]);
    // Another key opens nothing.
    const stranger = await generateKeyPair(alg);
    await expect(compactDecrypt(tokens.id_token, stranger.privateKey)).rejects.toThrow(/decryption operation failed/);
  });
});

describe('sub', () => {
  it('is one for all services of an entity, another at each entity and for each citizen, in FranceConnect’s shape', async () => {
    const subject = async (clientId: string, by = citizen) => (await verified(clientId, (await signIn({ clientId }, by)).tokens.id_token)).sub!;
    const here = await subject('low');
    expect(here).toMatch(/^[0-9a-f]{64}v1$/);
    expect([await subject('low'), await subject('low-too')]).toEqual([here, here]);
    const other = createCitizen(server);
    await other.enrol();
    expect(new Set([here, await subject('high'), await subject('low', other)]).size).toBe(3);
  });
});

describe('times', () => {
  const lifetimes = async (model: string): Promise<number[]> => {
    const { rows } = await server.database.query<{ payload: { exp: number; iat: number } }>(`SELECT payload FROM oidc_records WHERE mount = 'franceconnect' AND model = $1 ORDER BY expires_at DESC LIMIT 1`, [model]);
    return rows.map(({ payload }) => payload.exp - payload.iat);
  };

  it('a code lives 30 seconds, an access token 60, a sign-in 30 minutes or 10', async () => {
    for (const [clientId, seconds] of [['low', 1800], ['high', 600]] as const) {
      const fresh = createBrowser();
      await server.database.query(`DELETE FROM oidc_records WHERE mount = 'franceconnect' AND model = 'Interaction'`);
      await authorize({ clientId }, { browser: fresh });
      expect(await lifetimes('Interaction')).toEqual([seconds]);
    }
    await server.database.query(`DELETE FROM oidc_records WHERE mount = 'franceconnect'`);
    const { code, tokens } = await signIn({ clientId: 'low' });
    expect([await lifetimes('AuthorizationCode'), await lifetimes('AccessToken')]).toEqual([[30], [60]]);
    expect((await userinfo(tokens.access_token)).status).toBe(200);
    expect((await redeem('low', code)).status).toBe(400);
    // Spent twice: what was issued for it is dead.
    expect((await userinfo(tokens.access_token)).status).toBe(401);
  });

  it('past its time a code and a token are worth nothing', async () => {
    const age = (model: string) => server.database.query(`UPDATE oidc_records SET payload = payload || jsonb_build_object('exp', (payload->>'exp')::bigint - 61), expires_at = expires_at - interval '61 seconds' WHERE mount = 'franceconnect' AND model = $1`, [model]);
    const code = (await comeBack({ clientId: 'low' })).searchParams.get('code')!;
    await age('AuthorizationCode');
    expect(await (await redeem('low', code)).json()).toMatchObject({ error: 'invalid_grant' });
    const { tokens } = await signIn({ clientId: 'low' });
    await age('AccessToken');
    expect((await userinfo(tokens.access_token)).status).toBe(401);
  });
});

describe('checktoken and revocation', () => {
  const ask = (at: string, clientId: string, token: string) => fetch(`${issuer}/token/${at}`, { method: 'POST', body: new URLSearchParams({ client_id: clientId, client_secret: SERVICE_SECRET, token }) });

  it('a token is shown to its own service, and to no other; revoked it is dead', async () => {
    const { tokens } = await signIn({ clientId: 'low', scope: 'openid profile' });
    expect(await (await ask('introspection', 'low', tokens.access_token)).json()).toMatchObject({ active: true, client_id: 'low', scope: 'openid profile', iss: issuer });
    expect(await (await ask('introspection', 'low-too', tokens.access_token)).json()).toEqual({ active: false });
    await ask('revocation', 'low-too', tokens.access_token);
    expect((await userinfo(tokens.access_token)).status).toBe(200);
    expect((await ask('revocation', 'low', tokens.access_token)).status).toBe(200);
    expect((await userinfo(tokens.access_token)).status).toBe(401);
  });
});

describe('logout', () => {
  const end = (parameters: Record<string, string>, by: Pick<TestCitizen, 'browser'> = { browser: createBrowser() }) => by.browser.fetch(`${issuer}/session/end?${new URLSearchParams(parameters).toString()}`);

  it('goes back to the service’s registered address with its state', async () => {
    for (const clientId of ['low', 'low-too', 'high']) {
      const { tokens } = await signIn({ clientId });
      const target = `https://${host(clientId)}/logged-out`;
      const response = await end({ id_token_hint: tokens.id_token, post_logout_redirect_uri: target, state: 'some state' });
      expect([response.status, response.headers.get('location')]).toEqual([303, `${target}?state=some+state`]);
      expect((await end({ id_token_hint: tokens.id_token, post_logout_redirect_uri: target })).headers.get('location')).toBe(target);
    }
  });

  it('an id_token that is long past still says whose logout it is', async () => {
    const past = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setIssuer(issuer).setAudience('low').setSubject('x').setIssuedAt(1_700_000_000).setExpirationTime(1_700_000_060).sign(Buffer.from(SERVICE_SECRET));
    expect((await end({ id_token_hint: past, post_logout_redirect_uri: 'https://low.example/logged-out' })).status).toBe(303);
  });

  it('without a way back it is a page', async () => {
    const { tokens } = await signIn({ clientId: 'low' });
    const response = await end({ id_token_hint: tokens.id_token, state: 's' });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('You are signed out')]);
  });

  it('nobody is sent where no service registered, nor on a token that is not ours', async () => {
    const { tokens } = await signIn({ clientId: 'low' });
    const target = 'https://low.example/logged-out';
    const forged = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setIssuer(issuer).setAudience('low').setSubject('x').setIssuedAt().setExpirationTime('1m').sign(Buffer.from('another secret of the attacker, long enough'));
    for (const parameters of [
      { id_token_hint: tokens.id_token, post_logout_redirect_uri: 'https://evil.example/' },
      { id_token_hint: tokens.id_token, post_logout_redirect_uri: `${target}/../evil` },
      { id_token_hint: tokens.id_token, post_logout_redirect_uri: 'https://high.example/logged-out' },
      { id_token_hint: forged, post_logout_redirect_uri: target },
      { id_token_hint: 'no token', post_logout_redirect_uri: target },
    ] as Record<string, string>[]) await expectPage(await end(parameters), 'Y040001');
    await expectPage(await createBrowser().fetch(`${issuer}/session/end?${new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: target }).toString()}&post_logout_redirect_uri=https://evil.example/`), 'Y040001');
    // Without a token nobody vouches for the way back.
    const unproven = await end({ post_logout_redirect_uri: target });
    expect([unproven.status, unproven.headers.get('location')]).toEqual([200, null]);
    await expectPage(await fetch(`${issuer}/session/end/confirm`, { method: 'POST', body: new URLSearchParams({ xsrf: 'x' }), headers: { accept: 'text/html' }, redirect: 'manual' }), 'Y040001');
  });
});

describe('the two mounts', () => {
  it('a token of one is nothing at the other', async () => {
    const { tokens } = await signIn({ clientId: 'low' });
    expect((await userinfo(tokens.access_token)).status).toBe(200);
    const elsewhere = await fetch(`${server.origin}/oidc/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect([elsewhere.status, ((await elsewhere.json()) as { error: string }).error]).toEqual([401, 'invalid_token']);
  });
});

describe('cookies', () => {
  it('are this mount’s own', async () => {
    const response = await authorize({ clientId: 'low' });
    const names = response.headers.getSetCookie().map((cookie) => cookie.slice(0, cookie.indexOf('=')));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !name.startsWith('visavis_franceconnect'))).toEqual([]);
    expect(response.headers.getSetCookie().every((cookie) => /httponly/i.test(cookie) && /samesite=lax/i.test(cookie))).toBe(true);
  });
});
