import { randomBytes } from 'node:crypto';
import type { RequestOptions } from '@visavis/specimen';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowser } from './cookie-jar.ts';
import { type TestService, testService, type Tokens } from './relying-party.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer, newDocumentNumber, type TestCitizen } from './test-citizen.ts';

let server: TestServer;
let taxOffice: TestService;
let library: TestService;
beforeAll(async () => {
  server = await startTestServer();
  taxOffice = testService(server, { clientId: 'tax-office', redirectUri: `${server.taxOfficeOrigin}/callback`, scope: 'openid given_name family_name birthdate' });
  library = testService(server, { clientId: 'library', redirectUri: 'https://library.example/callback', scope: 'openid age_over_18' });
});
afterAll(() => server?.stop());

const code = async (response: Response): Promise<string> => ((await response.json()) as FaultAnswer).fault.code;

describe('signing in to a service', () => {
  it('passkey, consent, code, tokens: level, method and the agreed claims, and nothing about the face', async () => {
    const citizen = createCitizen(server);
    await citizen.enrol();
    const signedIn = await taxOffice.signIn(citizen);
    expect(signedIn.steps).toEqual(['passkey', 'consent']);
    expect(signedIn.returned.searchParams.get('state')).toBe('state-of-the-service');
    const tokens = (await (await taxOffice.redeem(signedIn)).json()) as Tokens;
    const keys = (await (await fetch(`${server.origin}/oidc/jwks`)).json()) as JSONWebKeySet;
    const { payload } = await jwtVerify(tokens.id_token, createLocalJWKSet(keys), { issuer: `${server.origin}/oidc`, audience: 'tax-office', algorithms: ['ES256'] });
    expect(payload).toMatchObject({ acr: 'eidas2', amr: ['pop', 'user', 'mfa'], nonce: 'nonce-of-the-service' });
    expect(decodeProtectedHeader(tokens.id_token).alg).toBe('ES256');
    expect(await (await taxOffice.userinfo(tokens.access_token)).json()).toEqual({ sub: payload.sub, given_name: 'ADA', family_name: 'LOVELACE', birthdate: '1985-12-10' });

    // The second time the consent is remembered; a revoked one is asked for again.
    expect((await taxOffice.signIn(citizen)).steps).toEqual(['passkey', 'done']);
    const revoked = await citizen.browser.fetch(`${server.origin}/api/account/services/tax-office`, { method: 'DELETE' });
    expect(revoked.status).toBe(204);
    expect((await taxOffice.userinfo(tokens.access_token)).status).toBe(401);
    expect((await taxOffice.signIn(citizen)).steps).toEqual(['passkey', 'consent']);
  });

  it('a consent to some claims is none to more', async () => {
    const citizen = createCitizen(server);
    await citizen.enrol();
    expect((await taxOffice.signIn(citizen, { scope: 'openid given_name' })).steps).toEqual(['passkey', 'consent']);
    expect((await taxOffice.signIn(citizen, { scope: 'openid given_name' })).steps).toEqual(['passkey', 'done']);
    expect((await taxOffice.signIn(citizen, { scope: 'openid given_name birthdate' })).steps).toEqual(['passkey', 'consent']);
  });

  it('two services know one citizen by two subjects', async () => {
    const citizen = createCitizen(server);
    await citizen.enrol();
    const subjects = [];
    for (const service of [taxOffice, library]) {
      const tokens = await service.tokens(citizen);
      const claims = (await (await service.userinfo(tokens.access_token)).json()) as { sub: string };
      subjects.push(claims.sub);
      if (service === library) expect(claims).toEqual({ sub: claims.sub, age_over_18: true });
    }
    expect(new Set(subjects).size).toBe(2);
  });

  it('another citizen on the same browser signs in as themselves', async () => {
    const [first, second] = [createCitizen(server), createCitizen(server)];
    await first.enrol();
    await second.enrol();
    const names = [];
    for (const authenticator of [first.authenticator, second.authenticator]) {
      const shared: TestCitizen = { ...first, authenticator };
      const tokens = await taxOffice.tokens(shared);
      names.push(((await (await taxOffice.userinfo(tokens.access_token)).json()) as { sub: string }).sub);
    }
    expect(new Set(names).size).toBe(2);
  });

  it('a no goes back to the service as access_denied', async () => {
    const citizen = createCitizen(server);
    const { response } = await taxOffice.authorize(citizen);
    const uid = response.headers.get('location')!.split('/').at(-1)!;
    const answered = (await (await citizen.browser.fetch(`${server.origin}/api/interactions/${uid}/consent`, { json: { agree: false } })).json()) as { returnTo: string };
    const back = new URL((await citizen.browser.fetch(answered.returnTo)).headers.get('location')!);
    expect([back.origin, back.searchParams.get('error')]).toEqual([server.taxOfficeOrigin, 'access_denied']);
  });
});

describe('refusals', () => {
  it('consent before the passkey, another browser, a spent challenge, an unknown passkey, a level too low', async () => {
    const citizen = createCitizen(server);
    await citizen.enrol();
    const { response } = await taxOffice.authorize(citizen, { acr_values: 'eidas3' });
    const uid = response.headers.get('location')!.split('/').at(-1)!;
    const api = `${server.origin}/api/interactions/${uid}`;
    expect(await code(await citizen.browser.fetch(`${api}/consent`, { json: { agree: true, claims: [] } }))).toBe('SIGN_IN_STEP_OUT_OF_ORDER');
    expect(await code(await createBrowser().fetch(api))).toBe('SIGN_IN_INTERACTION_UNKNOWN');
    const ask = async () => ((await (await citizen.browser.fetch(api)).json()) as { challenge: { challengeId: string; options: { challenge: string } } }).challenge;
    const challenge = await ask();
    const answer = { challengeId: challenge.challengeId, passkey: await citizen.authenticator.get(challenge.options) };
    expect(await code(await citizen.browser.fetch(`${api}/passkey`, { json: answer }))).toBe('SIGN_IN_LEVEL_TOO_LOW');
    expect(await code(await citizen.browser.fetch(`${api}/passkey`, { json: answer }))).toBe('SIGN_IN_CHALLENGE_EXPIRED');
    const other = await ask();
    // An answer to the earlier challenge does not answer this one.
    expect(await code(await citizen.browser.fetch(`${api}/passkey`, { json: { ...answer, challengeId: other.challengeId } }))).toBe('SIGN_IN_PASSKEY_REFUSED');
    const third = await ask();
    const stranger = { ...(await citizen.authenticator.get(third.options)), id: 'c3RyYW5nZXI' };
    expect(await code(await citizen.browser.fetch(`${api}/passkey`, { json: { challengeId: third.challengeId, passkey: stranger } }))).toBe('SIGN_IN_PASSKEY_UNKNOWN');
  });

  it("a challenge for the citizen's own pages does not open a sign-in", async () => {
    const citizen = createCitizen(server);
    await citizen.enrol();
    const { response } = await taxOffice.authorize(citizen);
    const api = `${server.origin}/api/interactions/${response.headers.get('location')!.split('/').at(-1)!}`;
    const own = (await (await citizen.browser.fetch(`${server.origin}/api/session/options`, { json: {} })).json()) as { challengeId: string; options: { challenge: string } };
    const passkey = await citizen.authenticator.get(own.options);
    expect(await code(await citizen.browser.fetch(`${api}/passkey`, { json: { challengeId: own.challengeId, passkey } }))).toBe('SIGN_IN_CHALLENGE_EXPIRED');
    expect((await citizen.browser.fetch(`${server.origin}/api/session`, { json: { challengeId: own.challengeId, passkey } })).status).toBe(204);
  });

  it('a document reported after the enrolment stops the sign-in', async () => {
    const citizen = createCitizen(server);
    const number = newDocumentNumber();
    await citizen.enrol(number);
    await server.reportDocument({ issuingState: 'UTO', documentNumber: number });
    const own = (await (await citizen.browser.fetch(`${server.origin}/api/session/options`, { json: {} })).json()) as { challengeId: string; options: { challenge: string } };
    const refused = await citizen.browser.fetch(`${server.origin}/api/session`, { json: { challengeId: own.challengeId, passkey: await citizen.authenticator.get(own.options) } });
    expect(await code(refused)).toBe('SIGN_IN_DOCUMENT_REPORTED');
  });

  it('a service gets no code without PKCE, to no other address, for no claim it was not allowed', async () => {
    const citizen = createCitizen(server);
    const withoutPkce = await taxOffice.authorize(citizen, { code_challenge: undefined, code_challenge_method: undefined });
    expect(new URL(withoutPkce.response.headers.get('location')!).searchParams.get('error')).toBe('invalid_request');
    const elsewhere = await taxOffice.authorize(citizen, { redirect_uri: `${server.taxOfficeOrigin}/callback/../evil` });
    expect([elsewhere.response.status, elsewhere.response.headers.get('location')]).toEqual([400, null]);
    const greedy = await taxOffice.authorize(citizen, { scope: 'openid nationality' });
    expect(new URL(greedy.response.headers.get('location')!).searchParams.get('error')).toBe('invalid_scope');
    const implicit = await taxOffice.authorize(citizen, { response_type: 'id_token' });
    // Its default way back is a fragment, which is refused first.
    expect(implicit.response.headers.get('location') ?? '').toMatch(/#error=invalid_request&error_description=requested\+response_mode/);
  });

  it('a code travels in the query and no other way', async () => {
    const citizen = createCitizen(server);
    for (const response_mode of ['fragment', 'form_post', 'web_message', 'jwt']) {
      const { response } = await taxOffice.authorize(citizen, { response_mode });
      const back = response.headers.get('location') ?? '';
      expect([response_mode, response.status, back.split(/[?#]/)[0]]).toEqual([response_mode, 303, `${server.taxOfficeOrigin}/callback`]);
      expect(back).toMatch(/[?#]error=(unsupported_response_mode|invalid_request)&/);
    }
    expect((await taxOffice.authorize(citizen, { response_mode: 'query' })).response.headers.get('location')).toContain('/sign-in/');
  });

  it('a service may have the citizen asked again, and can not have them left unasked', async () => {
    const citizen = createCitizen(server);
    await citizen.enrol();
    expect((await taxOffice.signIn(citizen)).steps).toEqual(['passkey', 'consent']);
    expect((await taxOffice.signIn(citizen, { prompt: 'consent' })).steps).toEqual(['passkey', 'consent']);
    expect((await taxOffice.signIn(citizen, { prompt: 'login', max_age: '0' })).steps).toEqual(['passkey', 'done']);
    const silent = await taxOffice.authorize(citizen, { prompt: 'none' });
    expect(new URL(silent.response.headers.get('location')!).searchParams.get('error')).toBe('login_required');
  });

  it("what one person was shown can not become another's by a second passkey in the same sign-in", async () => {
    const [shown, intruder] = [createCitizen(server), createCitizen(server)];
    await shown.enrol();
    await intruder.enrol();
    const { response } = await taxOffice.authorize(shown);
    const api = `${server.origin}/api/interactions/${response.headers.get('location')!.split('/').at(-1)!}`;
    const challenge = async () => ((await (await shown.browser.fetch(api)).json()) as { challenge: { challengeId: string; options: RequestOptions } }).challenge;
    const [one, other] = [await challenge(), await challenge()];
    const answer = async (by: TestCitizen, { challengeId, options }: typeof one) =>
      shown.browser.fetch(`${api}/passkey`, { json: { challengeId, passkey: await by.authenticator.get(options) } });
    expect((await answer(shown, one)).status).toBe(200);
    expect(await code(await answer(intruder, other))).toBe('SIGN_IN_OF_ANOTHER_PERSON');
    const agreed = (await (await shown.browser.fetch(`${api}/consent`, { json: { agree: true, claims: ['given_name', 'family_name', 'birthdate'] } })).json()) as { returnTo: string };
    expect(new URL((await shown.browser.fetch(agreed.returnTo)).headers.get('location')!).searchParams.get('code')).not.toBeNull();
    const account = (by: TestCitizen) => by.browser.fetch(`${server.origin}/api/account/services`).then(async (a) => ((await a.json()) as { services: unknown[] }).services.length);
    expect([await account(shown), await account(intruder)]).toEqual([1, 0]);
  });

  it('a code is worth nothing with another verifier, and is spent by its first use', async () => {
    const citizen = createCitizen(server);
    await citizen.enrol();
    const signedIn = await taxOffice.signIn(citizen);
    expect(((await (await taxOffice.redeem(signedIn, { code_verifier: randomBytes(32).toString('base64url') })).json()) as { error: string }).error).toBe('invalid_grant');
    expect((await taxOffice.redeem(signedIn)).status).toBe(200);
    expect(((await (await taxOffice.redeem(signedIn)).json()) as { error: string }).error).toBe('invalid_grant');
  });
});
