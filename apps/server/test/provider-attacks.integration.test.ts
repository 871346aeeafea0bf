import { request as httpRequest } from 'node:http';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowser } from './cookie-jar.ts';
import { oauthAnswer, redirected, type TestService, testService } from './relying-party.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen, type FaultAnswer, type TestCitizen } from './test-citizen.ts';

/**
 * Attacks that other providers fell to, each with why it is refused here and with its honest twin. Those on assertions,
 * keys, pushed requests and logout are in provider.integration.test.ts, the races in single-use.integration.test.ts,
 * registrations in parse-services.test.ts, outgoing calls in outgoing-fetch.test.ts.
 */
let server: TestServer;
let service: TestService;
let citizen: TestCitizen;
beforeAll(async () => {
  server = await startTestServer({}, undefined, [
    { clientId: 'shop', name: 'Shop', redirectUris: ['http://127.0.0.1:3000/cb', 'http://127.0.0.1:3000/other'], postLogoutRedirectUris: ['https://shop.example/bye'], purposes: ['tests'], clientSecret: SERVICE_SECRET, claims: ['given_name'] },
  ]);
  service = testService(server, { clientId: 'shop', redirectUri: 'http://127.0.0.1:3000/cb', scope: 'openid given_name' });
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(() => server?.stop());

const faultCode = async (response: Response): Promise<string> => ((await response.json()) as FaultAnswer).fault.code;

describe('where a code is sent', () => {
  it.each([
    ['a user name that looks like the host', 'http://127.0.0.1:3000@evil.example/cb'],
    ['another port', 'http://127.0.0.1:3001/cb'],
    ['no port', 'http://127.0.0.1/cb'],
    ['a path below', 'http://127.0.0.1:3000/cb/below'],
    ['dot segments that end there', 'http://127.0.0.1:3000/x/../cb'],
    ['dot segments, encoded', 'http://127.0.0.1:3000/cb/%2e%2e/evil'],
    ['a backslash', 'http://127.0.0.1:3000\\@evil.example/cb'],
    ['a query', 'http://127.0.0.1:3000/cb?next=https://evil.example'],
    ['a fragment', 'http://127.0.0.1:3000/cb#x'],
    ['capitals', 'HTTP://127.0.0.1:3000/cb'],
    ['the same host, spelt otherwise', 'http://2130706433:3000/cb'],
    ['the name of the same host', 'http://localhost:3000/cb'],
    ['another scheme', 'https://127.0.0.1:3000/cb'],
    ['two addresses', 'http://127.0.0.1:3000/cb http://evil.example/cb'],
    ['a line break', 'http://127.0.0.1:3000/cb\r\n'],
  ])('%s is not the registered address (CVE-2026-3872, CVE-2023-6291, CVE-2024-8883)', async (_name, redirect_uri) => {
    const { response } = await service.authorize(citizen, { redirect_uri });
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    expect(await response.text()).toContain('redirect_uri');
  });

  it('the registered ones are, each for its own code only', async () => {
    const signedIn = await service.signIn(citizen, { redirect_uri: 'http://127.0.0.1:3000/other' });
    expect(signedIn.returned.origin + signedIn.returned.pathname).toBe('http://127.0.0.1:3000/other');
    expect(await oauthAnswer(await service.redeem({ ...signedIn, redirectUri: 'http://127.0.0.1:3000/cb' }))).toMatchObject({ error: 'invalid_grant', error_description: 'grant request is invalid' });
    expect((await service.redeem(signedIn)).status).toBe(200);
  });

  it("a state can't add parameters to the answer, nor come twice (CVE-2026-9689)", async () => {
    const state = 'x&code=planted&iss=https://evil.example#y';
    const { returned } = await service.signIn(citizen, { state });
    expect([returned.searchParams.getAll('state'), returned.searchParams.getAll('code').length, returned.searchParams.getAll('iss')]).toEqual([[state], 1, [service.issuer]]);
    const { query } = service.parameters();
    for (const [name, twice] of [['redirect_uri', 'http://evil.example/cb'], ['client_id', 'tax-office'], ['state', 'another'], ['scope', 'openid']] as const) {
      const repeated = new URLSearchParams(query);
      repeated.append(name, twice);
      const answer = await citizen.browser.fetch(`${service.issuer}/auth?${repeated.toString()}`);
      const location = answer.headers.get('location');
      expect(location ?? '').not.toContain('evil');
      expect(location === null ? await answer.text() : location).toMatch(new RegExp(`invalid_request.*${name}|${name}.*must not be provided twice`));
    }
  });
});

describe('whose sign-in it is', () => {
  it("a sign-in that somebody began can't be ended in another browser, nor one that ended be ended again (CVE-2026-7507)", async () => {
    const started = await service.authorize(citizen);
    const location = started.response.headers.get('location')!;
    // Sent to a victim: their browser did not begin it.
    const victim = createBrowser();
    expect(await faultCode(await victim.fetch(`${server.origin}/api/interactions/${location.split('/').at(-1)!}`))).toBe('SIGN_IN_INTERACTION_UNKNOWN');
    const { returnTo } = await answerInteraction(server, citizen, location);
    const elsewhere = await victim.fetch(returnTo);
    expect([elsewhere.status, elsewhere.headers.get('location')]).toEqual([400, null]);
    expect(new URL((await citizen.browser.fetch(returnTo)).headers.get('location')!).searchParams.get('code')).not.toBeNull();
    const again = await citizen.browser.fetch(returnTo);
    expect([again.status, again.headers.get('location')]).toEqual([400, null]);
  });

  it('a cookie of the provider that a stranger planted or changed is none (CVE-2025-12390)', async () => {
    const { response } = await service.authorize({ browser: createBrowser() });
    const uid = response.headers.get('location')!.split('/').at(-1)!;
    const signed = response.headers.getSetCookie().map((line) => line.split(';')[0]!).filter((pair) => pair.startsWith('visavis_strict_interaction'));
    expect(signed).toHaveLength(2);
    const read = (cookie: string) => fetch(`${server.origin}/api/interactions/${uid}`, { headers: { cookie } });
    expect(await faultCode(await read(`visavis_strict_interaction=${uid}`))).toBe('SIGN_IN_INTERACTION_UNKNOWN');
    expect(await faultCode(await read(`visavis_strict_interaction=${uid}; visavis_strict_interaction.sig=forged`))).toBe('SIGN_IN_INTERACTION_UNKNOWN');
    expect((await read(signed.join('; '))).status).toBe(200);
    for (const line of response.headers.getSetCookie()) expect(line.toLowerCase()).toMatch(/samesite=lax.*httponly|httponly.*samesite=lax/);
  });
});

describe('whose word is taken', () => {
  it.each([
    ['no signature', (claims: object) => Promise.resolve(new UnsecuredJWT({ ...claims }).encode())],
    ['its secret instead of our key', (claims: object) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SERVICE_SECRET))],
    ['our public key as a secret', async (claims: object) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(await (await fetch(`${service.issuer}/jwks`)).text()))],
  ])('an id_token with %s is no hint', async (_name, forge) => {
    const { id_token } = await service.tokens(citizen);
    const forged = await forge(decodeJwt(id_token));
    expect(redirected((await service.authorize(citizen, { id_token_hint: forged })).response).get('error')).toBe('invalid_request');
    const logout = await citizen.browser.fetch(`${service.issuer}/session/end?${new URLSearchParams({ id_token_hint: forged, post_logout_redirect_uri: 'https://shop.example/bye' }).toString()}`);
    expect([logout.status, logout.headers.get('location')]).toEqual([400, null]);
    expect((await service.authorize(citizen, { id_token_hint: id_token })).response.headers.get('location')).toContain('/sign-in/');
  });

  it('an encrypted assertion that would grow when it is opened is not opened', async () => {
    const header = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' })).toString('base64url');
    const bomb = `${header}..AAAAAAAAAAAAAAAA.${'A'.repeat(4000)}.AAAAAAAAAAAAAAAAAAAAAA`;
    const answer = await service.call('/token', { grant_type: 'authorization_code', code: 'x' }, () => Promise.resolve({ body: { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: bomb } }));
    expect([answer.status, await oauthAnswer(answer)]).toEqual([400, { error: 'invalid_request', error_description: 'invalid client_assertion format' }]);
  });

  it("the address that a caller says we have changes none of ours (GHSA-2wmj-46rj-qm2w)", async () => {
    const body = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(server.origin);
      const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' };
      httpRequest({ hostname, port, path: '/oidc/.well-known/openid-configuration', headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
        response.on('end', () => resolve(text));
      }).on('error', reject).end();
    });
    expect(body).not.toContain('evil');
    expect((JSON.parse(body) as { token_endpoint: string }).token_endpoint).toBe(`${service.issuer}/token`);
  });
});

describe('characters that a database can not hold', () => {
  it.each([
    ['in a state', { state: 'a\u0000b' }],
    ['in a claim, escaped', { claims: '{"userinfo":{"given_name":{"value":"\\u0000"}}}' }],
    ['half of a pair, escaped', { claims: '{"userinfo":{"given_name":{"value":"\\ud800"}}}' }],
  ])('%s are refused, not a failure', async (_name, changes) => {
    const { response, ...started } = await service.authorize(citizen, changes);
    const refused = response.headers.get('location')!.includes('/sign-in/') ? (await service.finish(citizen, { response, ...started })).returned.searchParams : redirected(response);
    expect([refused.get('error'), refused.get('code')]).toEqual(['invalid_request', null]);
  });

  it('in an id are an unknown id', async () => {
    const answer = await service.redeem({ code: 'a\u0000b', redirectUri: 'http://127.0.0.1:3000/cb', verifier: 'x'.repeat(43) });
    expect([answer.status, (await oauthAnswer(answer)).error]).toEqual([400, 'invalid_grant']);
    const unknown = await service.authorize(citizen, { client_id: 'a\u0000b' });
    expect([unknown.response.status, unknown.response.headers.get('location')]).toEqual([400, null]);
  });

  it('that look like those, written out, are text', async () => {
    const { returned } = await service.signIn(citizen, { state: '\\u0000 \\\\u0000 😀' });
    expect(returned.searchParams.get('state')).toBe('\\u0000 \\\\u0000 😀');
  });
});

describe('what a page shows', () => {
  it("a stranger's words are words, on the pages of errors and of logout (CVE-2026-29191)", async () => {
    const markup = '"><script>alert(1)</script><a href=https://evil.example>';
    const pages = [
      (await service.authorize(citizen, { redirect_uri: markup, client_id: markup })).response,
      (await service.authorize(citizen, { redirect_uri: markup })).response,
      await citizen.browser.fetch(`${service.issuer}/session/end?${new URLSearchParams({ id_token_hint: markup, state: markup, post_logout_redirect_uri: markup }).toString()}`),
      await citizen.browser.fetch(`${service.issuer}/session/end?${new URLSearchParams({ state: markup, post_logout_redirect_uri: 'javascript:alert(1)' }).toString()}`),
      await citizen.browser.fetch(`${service.issuer}/session/end/success?${new URLSearchParams({ client_id: markup }).toString()}`),
    ];
    for (const page of pages) {
      const text = await page.text();
      expect(text).not.toMatch(/<script|<a |javascript:/);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(page.headers.get('location')).toBeNull();
    }
  });
});
