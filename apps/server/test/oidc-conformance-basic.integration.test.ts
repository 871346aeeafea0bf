import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect } from 'vitest';
import { conformanceTo } from './conformance.ts';
import { createBrowser } from './cookie-jar.ts';
import { type Changes, oauthAnswer, postedSecret, redirected, type SignedIn, type TestService, testService } from './relying-party.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type TestCitizen } from './test-citizen.ts';

let server: TestServer;
let citizen: TestCitizen;
let service: TestService;
let posting: TestService;
beforeAll(async () => {
  const registered = { name: 'Conformance', redirectUris: ['https://suite.example/cb'], purposes: ['tests'], clientSecret: SERVICE_SECRET, claims: ['given_name', 'family_name', 'birthdate', 'gender', 'email', 'email_verified'] };
  server = await startTestServer({}, undefined, [
    { ...registered, clientId: 'suite' },
    { ...registered, clientId: 'suite-post', tokenEndpointAuthMethod: 'client_secret_post' },
  ]);
  const common = { redirectUri: 'https://suite.example/cb', scope: 'openid' };
  service = testService(server, { ...common, clientId: 'suite' });
  posting = testService(server, { ...common, clientId: 'suite-post', prove: postedSecret('suite-post') });
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(() => server?.stop());

const { module, notApplicable, allTested } = conformanceTo('oidcc-basic-certification-test-plan', 'oidcc-config-certification-test-plan', 'oidcc-formpost-basic-certification-test-plan');

const keys = async (): Promise<JSONWebKeySet> => (await (await fetch(`${service.issuer}/jwks`)).json()) as JSONWebKeySet;
const discovery = async (): Promise<Record<string, unknown>> => (await (await fetch(`${service.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
const refusal = async (changes: Changes): Promise<{ readonly error: string | null; readonly state: string | null }> => {
  const answer = redirected((await service.authorize(citizen, changes)).response);
  return { error: answer.get('error'), state: answer.get('state') };
};

/** Redeems and checks all that Core §3.1.3.3 and §3.1.3.7 say of a token answer. */
async function checkedTokens(by: TestService, signedIn: SignedIn, expected: { readonly nonce?: string } = { nonce: 'nonce-of-the-service' }) {
  expect([signedIn.returned.searchParams.get('state'), signedIn.returned.searchParams.get('iss')]).toEqual(['state-of-the-service', by.issuer]);
  const response = await by.redeem(signedIn);
  expect([response.status, response.headers.get('cache-control'), response.headers.get('content-type')]).toEqual([200, 'no-store', 'application/json; charset=utf-8']);
  const answer = (await response.json()) as { access_token: string; id_token: string; token_type: string; expires_in: number };
  expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 60 });
  expect(answer).not.toHaveProperty('refresh_token');
  const { payload } = await jwtVerify(answer.id_token, createLocalJWKSet(await keys()), { issuer: by.issuer, audience: by.clientId, algorithms: ['ES256'], requiredClaims: ['sub', 'iat', 'exp', 'acr', 'amr', 'auth_time'] });
  expect(payload.sub).toMatch(/^[\x21-\x7e]{1,255}$/);
  expect(Math.abs(payload.iat! - Date.now() / 1000)).toBeLessThan(10);
  expect(payload['nonce']).toBe(expected.nonce);
  return { ...answer, payload };
}
const signInAndCheck = async (changes: Changes = {}, by = service) => checkedTokens(by, await by.signIn(citizen, changes));
const subjectOf = async (response: Response): Promise<unknown> => ((await response.json()) as { sub: string }).sub;

module('oidcc-server', async () => {
  const { payload, access_token } = await signInAndCheck();
  expect(await (await service.userinfo(access_token)).json()).toEqual({ sub: payload.sub });
});

module('oidcc-response-type-missing', async () => {
  expect(await refusal({ response_type: undefined })).toEqual({ error: 'invalid_request', state: 'state-of-the-service' });
});

module('oidcc-idtoken-signature', async () => {
  const { id_token } = await signInAndCheck();
  const { kid, alg } = decodeProtectedHeader(id_token);
  const key = (await keys()).keys.filter((one) => one.kid === kid);
  expect([alg, key.length, key[0]?.kty, key[0]?.use]).toEqual(['ES256', 1, 'EC', 'sig']);
});

notApplicable('oidcc-idtoken-unsigned', async () => {
  expect((await discovery())['id_token_signing_alg_values_supported']).toEqual(['ES256']);
});

module('oidcc-userinfo-get', async () => {
  const { payload, access_token } = await signInAndCheck();
  expect(await subjectOf(await fetch(`${service.issuer}/me`, { headers: { authorization: `Bearer ${access_token}` } }))).toBe(payload.sub);
});

module('oidcc-userinfo-post-header', async () => {
  const { payload, access_token } = await signInAndCheck();
  expect(await subjectOf(await fetch(`${service.issuer}/me`, { method: 'POST', headers: { authorization: `Bearer ${access_token}` } }))).toBe(payload.sub);
});

module('oidcc-userinfo-post-body', async () => {
  const { payload, access_token } = await signInAndCheck();
  expect(await subjectOf(await fetch(`${service.issuer}/me`, { method: 'POST', body: new URLSearchParams({ access_token }) }))).toBe(payload.sub);
});

module('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
  await checkedTokens(service, await service.signIn(citizen, { nonce: undefined }), {});
});

module('oidcc-scope-profile', async () => {
  const { access_token, payload } = await signInAndCheck({ scope: 'openid profile' });
  const claims = await (await service.userinfo(access_token)).json();
  expect(claims).toEqual({ sub: payload.sub, given_name: 'ADA', family_name: 'LOVELACE', birthdate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as unknown, gender: 'female' });
});

const withoutScope = async (scope: string): Promise<void> => {
  expect((await discovery())['scopes_supported']).not.toContain(scope);
  // Unknown scopes are ignored (RFC 6749 §3.3): a sign-in, and nothing for them.
  const { access_token, payload } = await signInAndCheck({ scope: `openid ${scope}` });
  expect(await (await service.userinfo(access_token)).json()).toEqual({ sub: payload.sub });
};
module('oidcc-scope-email', async () => {
  expect((await discovery())['scopes_supported']).toContain('email');
  // This citizen confirmed no address (email-over-http.integration.test.ts has one who did): absent, and nothing in its place (Core §5.3.2).
  const { access_token, payload } = await signInAndCheck({ scope: 'openid email' });
  expect(await (await service.userinfo(access_token)).json()).toEqual({ sub: payload.sub });
});
notApplicable('oidcc-scope-address', () => withoutScope('address'));
notApplicable('oidcc-scope-phone', () => withoutScope('phone'));
notApplicable('oidcc-scope-all', async () => {
  const { access_token } = await signInAndCheck({ scope: 'openid profile email address phone' });
  expect(Object.keys((await (await service.userinfo(access_token)).json()) as object)).toEqual(['sub', 'given_name', 'family_name', 'birthdate', 'gender']);
});

module('oidcc-ensure-other-scope-order-succeeds', async () => {
  const { access_token } = await signInAndCheck({ scope: 'given_name openid' });
  expect(await (await service.userinfo(access_token)).json()).toMatchObject({ given_name: 'ADA' });
});

module('oidcc-display-page', async () => {
  await signInAndCheck({ display: 'page' });
});
module('oidcc-display-popup', async () => {
  await signInAndCheck({ display: 'popup' });
});

const aSecond = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1100));

module('oidcc-prompt-login', async () => {
  const first = await signInAndCheck();
  await aSecond();
  const again = await service.signIn(citizen, { prompt: 'login' });
  expect(again.steps[0]).toBe('passkey');
  const second = await checkedTokens(service, again);
  expect(second.payload.sub).toBe(first.payload.sub);
  expect(second.payload['auth_time']).toBeGreaterThan(first.payload['auth_time'] as number);
});

module('oidcc-prompt-none-not-logged-in', async () => {
  const stranger = { browser: createBrowser() };
  expect(redirected((await service.authorize(stranger, { prompt: 'none' })).response).get('error')).toBe('login_required');
});

notApplicable('oidcc-prompt-none-logged-in', async () => {
  await signInAndCheck();
  expect((await refusal({ prompt: 'none' })).error).toBe('login_required');
});

module('oidcc-max-age-1', async () => {
  const first = await signInAndCheck();
  await aSecond();
  const again = await service.signIn(citizen, { max_age: '1' });
  expect(again.steps[0]).toBe('passkey');
  expect((await checkedTokens(service, again)).payload['auth_time']).toBeGreaterThan(first.payload['auth_time'] as number);
});

notApplicable('oidcc-max-age-10000', async () => {
  await signInAndCheck({ max_age: '15000' });
  const again = await service.signIn(citizen, { max_age: '10000' });
  expect(again.steps[0]).toBe('passkey');
  expect((await checkedTokens(service, again)).payload['auth_time']).toBeGreaterThan(Date.now() / 1000 - 10_000);
});

module('oidcc-ensure-request-with-unknown-parameter-succeeds', async () => {
  await signInAndCheck({ extra: 'foobar' });
});

notApplicable('oidcc-id-token-hint', async () => {
  const { id_token, payload } = await signInAndCheck();
  expect((await refusal({ prompt: 'none', id_token_hint: id_token })).error).toBe('login_required');
  // The hint itself is understood: with the passkey it is a sign-in, and a changed one is refused.
  expect((await signInAndCheck({ id_token_hint: id_token })).payload.sub).toBe(payload.sub);
  expect((await refusal({ id_token_hint: `${id_token.slice(0, -6)}AAAAAA` })).error).toBe('invalid_request');
});

module('oidcc-login-hint', async () => {
  await signInAndCheck({ login_hint: 'ada@example.com' });
});
module('oidcc-ui-locales', async () => {
  await signInAndCheck({ ui_locales: 'se' });
});
module('oidcc-claims-locales', async () => {
  await signInAndCheck({ claims_locales: 'se' });
});

module('oidcc-ensure-request-with-acr-values-succeeds', async () => {
  expect((await signInAndCheck({ acr_values: 'eidas1 eidas2' })).payload['acr']).toBe('eidas2');
});

const replayIsRefused = async (signedIn: SignedIn, access_token: string): Promise<void> => {
  expect((await service.userinfo(access_token)).status).toBe(200);
  const replay = await service.redeem(signedIn);
  expect([replay.status, (await oauthAnswer(replay)).error]).toEqual([400, 'invalid_grant']);
  expect((await service.userinfo(access_token)).status).toBe(401);
};

module('oidcc-codereuse', async () => {
  const signedIn = await service.signIn(citizen);
  await replayIsRefused(signedIn, (await checkedTokens(service, signedIn)).access_token);
});

module(
  'oidcc-codereuse-30seconds',
  async () => {
    const signedIn = await service.signIn(citizen);
    const { access_token } = await checkedTokens(service, signedIn);
    await new Promise((resolve) => setTimeout(resolve, 30_000));
    await replayIsRefused(signedIn, access_token);
  },
  60_000,
);

module('oidcc-ensure-registered-redirect-uri', async () => {
  for (const redirect_uri of ['https://suite.example/cb/other', 'https://suite.example/cb?more=1', 'https://suite.example/cb#fragment', 'https://suite.example.evil.example/cb', 'https://evil.example/cb']) {
    const { response } = await service.authorize(citizen, { redirect_uri });
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    expect(await response.text()).toContain('redirect_uri');
  }
});

module('oidcc-ensure-post-request-succeeds', async () => {
  const { query, ...rest } = service.parameters();
  const posted = await citizen.browser.fetch(`${service.issuer}/auth`, { method: 'POST', body: query });
  expect(posted.status).toBe(303);
  const response = await citizen.browser.fetch(posted.headers.get('location')!);
  await checkedTokens(service, await service.finish(citizen, { ...rest, response }));
});

module('oidcc-server-client-secret-post', async () => {
  await signInAndCheck({}, posting);
});

module('oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported', async () => {
  expect((await discovery())['request_uri_parameter_supported']).toBe(false);
  expect((await refusal({ request_uri: 'https://suite.example/request.jwt' })).error).toBe('request_uri_not_supported');
});

const unsigned = (claims: object): string => [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.').concat('.');

module('oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported', async () => {
  expect((await refusal({ request: unsigned({ client_id: 'suite', state: 'another' }) })).error).toBe('request_not_supported');
});

module('oidcc-claims-essential', async () => {
  const { access_token } = await signInAndCheck({ claims: JSON.stringify({ userinfo: { given_name: { essential: true } } }) });
  expect(await (await service.userinfo(access_token)).json()).toMatchObject({ given_name: 'ADA' });
});

notApplicable('oidcc-ensure-request-object-with-redirect-uri', async () => {
  const { response } = await service.authorize(citizen, { request: unsigned({ client_id: 'suite', redirect_uri: 'https://evil.example/cb' }) });
  expect(new URL(response.headers.get('location')!).origin).toBe('https://suite.example');
  expect(redirected(response).get('error')).toBe('request_not_supported');
});

notApplicable('oidcc-refresh-token', async () => {
  expect((await discovery())['grant_types_supported']).toEqual(['authorization_code']);
  // Asked for offline access, a sign-in comes without a refresh token; and there is no such grant.
  await signInAndCheck({ scope: 'openid offline_access', prompt: 'consent' });
  expect((await oauthAnswer(await service.call('/token', { grant_type: 'refresh_token', refresh_token: 'x' }))).error).toBe('unsupported_grant_type');
});

module('oidcc-ensure-request-with-valid-pkce-succeeds', async () => {
  const signedIn = await service.signIn(citizen);
  expect((await oauthAnswer(await service.redeem(signedIn, { code_verifier: undefined }))).error).toBe('invalid_grant');
  await checkedTokens(service, signedIn);
  expect((await refusal({ code_challenge: undefined, code_challenge_method: undefined })).error).toBe('invalid_request');
});

module('oidcc-discovery-endpoint-verification', async () => {
  const response = await fetch(`${service.issuer}/.well-known/openid-configuration`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  const found = (await response.json()) as Record<string, unknown>;
  expect(found['issuer']).toBe(service.issuer);
  for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri', 'end_session_endpoint', 'pushed_authorization_request_endpoint']) expect(found[endpoint]).toMatch(new RegExp(`^${service.issuer}/`));
  expect(found).toMatchObject({ response_types_supported: ['code'], subject_types_supported: ['pairwise'], id_token_signing_alg_values_supported: ['ES256'], scopes_supported: expect.arrayContaining(['openid']) as unknown, claims_supported: expect.arrayContaining(['sub']) as unknown });
  const published = (await keys()).keys;
  expect(new Set(published.map(({ kid }) => kid)).size).toBe(published.length);
  for (const key of published) expect(Object.keys(key).toSorted((a, b) => a.localeCompare(b))).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
});

notApplicable('the 38 modules above with response_mode=form_post', async () => {
  expect((await discovery())['response_modes_supported']).toEqual(['query']);
  expect((await refusal({ response_mode: 'form_post' })).error).toBe('unsupported_response_mode');
  expect(decodeJwt((await signInAndCheck({ response_mode: 'query' })).id_token).aud).toBe('suite');
});

allTested();
