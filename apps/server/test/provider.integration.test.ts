import { compactDecrypt, createLocalJWKSet, type CryptoKey, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowser } from './cookie-jar.ts';
import { oauthAnswer, postedSecret, redirected, signedAssertion, type TestService, testService } from './relying-party.ts';
import { type ServiceMachine, startServiceMachine } from './service-machine.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer, type TestCitizen } from './test-citizen.ts';

let server: TestServer;
let citizen: TestCitizen;
let machine: ServiceMachine;
let signing: { readonly privateKey: CryptoKey };
let rsa: { readonly privateKey: CryptoKey };
let ec: { readonly privateKey: CryptoKey };
let remote: { readonly privateKey: CryptoKey };

const publicKey = async (key: CryptoKey, kid: string, use: 'sig' | 'enc') => {
  const { kty, crv, x, y, n, e } = await exportJWK(key);
  return Object.fromEntries(Object.entries({ kty, crv, x, y, n, e, kid, use }).filter(([, value]) => value !== undefined));
};

beforeAll(async () => {
  const [own, own2, own3, own4] = [await generateKeyPair('ES256'), await generateKeyPair('RSA-OAEP-256'), await generateKeyPair('ECDH-ES'), await generateKeyPair('ES256')];
  [signing, rsa, ec, remote] = [own, own2, own3, own4];
  const remoteKey = await publicKey(own4.publicKey, 'remote', 'sig');
  machine = await startServiceMachine({
    '/jwks': (response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [remoteKey] })),
    '/moved': (response) => response.writeHead(302, { location: '/jwks' }).end(),
  });
  const { at } = machine;
  const registration = (clientId: string, more: object) => ({ clientId, name: clientId, redirectUris: [`https://${clientId}.example/cb`], purposes: ['tests'], claims: ['given_name', 'family_name', 'age_band', 'age_over_13'], ...more });
  server = await startTestServer({ VISAVIS_MODE: 'demo' }, undefined, [
    registration('posts', { clientSecret: SERVICE_SECRET, tokenEndpointAuthMethod: 'client_secret_post', userinfoSigning: 'ES256' }),
    registration('signs', { tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [await publicKey(own.publicKey, 'own', 'sig')] } }),
    registration('fetched', { tokenEndpointAuthMethod: 'private_key_jwt', jwksUri: `${at}/jwks` }),
    registration('moved', { tokenEndpointAuthMethod: 'private_key_jwt', jwksUri: `${at}/moved` }),
    registration('rsa', { clientSecret: SERVICE_SECRET, jwks: { keys: [await publicKey(own2.publicKey, 'rsa', 'enc')] }, ...encrypted('RSA-OAEP-256') }),
    registration('ecdh', { clientSecret: SERVICE_SECRET, jwks: { keys: [await publicKey(own3.publicKey, 'ec', 'enc')] }, ...encrypted('ECDH-ES') }),
    registration('told', { clientSecret: SERVICE_SECRET, backchannelLogoutUri: `${at}/logout`, postLogoutRedirectUris: ['https://told.example/bye?from=visavis'] }),
    registration('told-too', { clientSecret: SERVICE_SECRET, backchannelLogoutUri: `${at}/logout-too` }),
    registration('untold', { clientSecret: SERVICE_SECRET, postLogoutRedirectUris: ['https://untold.example/bye'] }),
  ]);
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterAll(async () => {
  await server?.stop();
  await machine?.stop();
});

const encrypted = (alg: string) => ({ idTokenEncryption: { alg, enc: 'A256GCM' }, userinfoSigning: 'ES256', userinfoEncryption: { alg, enc: 'A256GCM' } });
const service = (clientId: string, more: Partial<Parameters<typeof testService>[1]> = {}): TestService => testService(server, { clientId, redirectUri: `https://${clientId}.example/cb`, scope: 'openid given_name family_name', ...more });
const signs = (o: Parameters<typeof signedAssertion>[2] = {}) => signedAssertion('signs', signing.privateKey, o);
const keysOfServer = async (): Promise<JSONWebKeySet> => (await (await fetch(`${server.origin}/oidc/jwks`)).json()) as JSONWebKeySet;

describe('how a service proves itself', () => {
  it('client_secret_post, and not by another method than the registered one', async () => {
    const posts = service('posts', { prove: postedSecret('posts') });
    expect((await posts.redeem(await posts.signIn(citizen))).status).toBe(200);
    const again = await posts.signIn(citizen);
    expect(await oauthAnswer(await posts.redeem(again, {}, postedSecret('posts', 'b'.repeat(32))))).toMatchObject({ error: 'invalid_client', error_description: 'client authentication failed' });
    const signed = service('signs', { prove: postedSecret('signs') });
    expect(await oauthAnswer(await signed.redeem(again))).toMatchObject({ error: 'invalid_client' });
  });

  it('private_key_jwt, by a key registered by value or fetched from its own address', async () => {
    const bySigning = service('signs', { prove: signs() });
    expect((await bySigning.redeem(await bySigning.signIn(citizen))).status).toBe(200);
    machine.heard.length = 0;
    const fetched = service('fetched', { prove: signedAssertion('fetched', remote.privateKey) });
    expect((await fetched.redeem(await fetched.signIn(citizen))).status).toBe(200);
    expect(machine.heard.map(({ path }) => path)).toEqual(['/jwks']);
  });

  it('an address for keys that leads elsewhere is not followed', async () => {
    machine.heard.length = 0;
    const moved = service('moved', { prove: signedAssertion('moved', remote.privateKey) });
    expect((await oauthAnswer(await moved.push({}).then(({ response }) => response))).error).toMatch(/^invalid_client/);
    expect(new Set(machine.heard.map(({ path }) => path))).toEqual(new Set(['/moved']));
  });

  it.each([
    ['for the token endpoint', () => ({ aud: `${server.origin}/oidc/token` })],
    ['for the endpoint that is called', () => ({ aud: `${server.origin}/oidc/request` })],
    ['for a list with us in it', () => ({ aud: [`${server.origin}/oidc`, 'https://other.example'] })],
    ['for us in a list', () => ({ aud: [`${server.origin}/oidc`] })],
    ['for the other issuer', () => ({ aud: `${server.origin}/api/v2` })],
    ['made by another service', () => ({ iss: 'posts' })],
    ['without an end', () => ({ exp: undefined })],
    ['that has ended', () => ({ exp: Math.floor(Date.now() / 1000) - 60 })],
    ['without an id', () => ({ jti: undefined })],
  ])('an assertion %s is none', async (_name, change) => {
    const { response } = await service('signs').push({}, signs({ change: (honest) => ({ ...honest, ...change() }) }));
    expect(response.status).toBe(401);
    expect((await oauthAnswer(response)).error).toBe('invalid_client');
    // The honest twin, at the same endpoint.
    expect((await service('signs').push({}, signs())).response.status).toBe(201);
  });

  it('an assertion counts once, also when it comes ten times at once', async () => {
    const honest = await signs()(`${server.origin}/oidc`);
    const answers = await Promise.all(Array.from({ length: 10 }, () => service('signs').push({}, () => Promise.resolve(honest))));
    expect(answers.map(({ response }) => response.status).toSorted((a, b) => a - b)).toEqual([201, ...Array.from({ length: 9 }, () => 401)]);
  });

  it("an assertion by no key, by another's key, by a public key used as a secret, or with a key of its own, is none", async () => {
    const [header, body] = [{ alg: 'none' }, { iss: 'signs', sub: 'signs', aud: `${server.origin}/oidc`, jti: 'x', exp: Math.floor(Date.now() / 1000) + 60 }];
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const other = await generateKeyPair('ES256', { extractable: true });
    const ownJwk = await exportJWK(other.publicKey);
    const forged = [
      `${part(header)}.${part(body)}.`,
      await new SignJWT(body).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(JSON.stringify(await exportJWK(other.publicKey)))),
      await new SignJWT(body).setProtectedHeader({ alg: 'ES256', kid: 'own' }).sign(other.privateKey),
      await new SignJWT(body).setProtectedHeader({ alg: 'ES256', jwk: ownJwk }).sign(other.privateKey),
      await new SignJWT(body).setProtectedHeader({ alg: 'ES256', jku: 'http://localhost:1/jwks' }).sign(other.privateKey),
    ];
    for (const client_assertion of forged) {
      const { response } = await service('signs').push({}, () => Promise.resolve({ body: { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion } }));
      expect([response.status, (await oauthAnswer(response)).error]).toEqual([401, 'invalid_client']);
    }
  });

  it("a code is worth nothing to another service, however well it proves itself", async () => {
    const signedIn = await service('signs').signIn(citizen);
    expect(await oauthAnswer(await service('posts').redeem(signedIn, {}, postedSecret('posts')))).toMatchObject({ error: 'invalid_grant' });
    expect((await service('signs').redeem(signedIn, {}, signs())).status).toBe(200);
  });
});

describe('pushed authorization requests', () => {
  it('carry a sign-in, and become one code only', async () => {
    const signsIn = service('signs', { prove: signs() });
    const pushed = await signsIn.push();
    expect(pushed.response.status).toBe(201);
    const { request_uri, expires_in } = (await pushed.response.json()) as { request_uri: string; expires_in: number };
    expect(expires_in).toBe(60);
    const elsewhere = { ...citizen, browser: createBrowser() };
    const open = async (by = citizen) => ({ ...pushed, response: await by.browser.fetch(`${server.origin}/oidc/auth?${new URLSearchParams({ client_id: 'signs', request_uri }).toString()}`) });
    const [first, second] = [await open(), await open(elsewhere)];
    const signedIn = await signsIn.finish(elsewhere, second);
    expect((await signsIn.redeem(signedIn)).status).toBe(200);
    // Opened before the other was finished: too late all the same.
    const tooLate = await signsIn.finish(citizen, first);
    expect([tooLate.code, tooLate.returned.searchParams.get('error')]).toEqual([null, 'invalid_request_uri']);
    expect(redirected((await open()).response).get('error')).toBe('invalid_request_uri');
  });

  it("is refused when another service's, made up, without proof, or with anything that would be refused at /auth", async () => {
    const pushed = (await (await service('signs').push({}, signs())).response.json()) as { request_uri: string };
    const other = await citizen.browser.fetch(`${server.origin}/oidc/auth?${new URLSearchParams({ client_id: 'posts', request_uri: pushed.request_uri }).toString()}`);
    expect(redirected(other).get('error')).toBe('invalid_request_object');
    expect(new URL(other.headers.get('location')!).origin).toBe('https://posts.example');
    for (const request_uri of ['urn:ietf:params:oauth:request_uri:made-up', 'https://signs.example/request.jwt', 'http://169.254.169.254/latest/meta-data']) {
      const made = await citizen.browser.fetch(`${server.origin}/oidc/auth?${new URLSearchParams({ client_id: 'signs', request_uri }).toString()}`);
      expect(redirected(made).get('error')).toMatch(/^(invalid_request_uri|request_uri_not_supported)$/);
      expect(new URL(made.headers.get('location')!).origin).toBe('https://signs.example');
    }
    const refusal = async (changes: Record<string, string | undefined>, prove = signs()) => (await oauthAnswer((await service('signs').push(changes, prove)).response)).error;
    expect(await refusal({}, () => Promise.resolve({ body: { client_id: 'signs' } }))).toBe('invalid_client');
    expect(await refusal({ redirect_uri: 'https://evil.example/cb' })).toBe('invalid_request');
    expect(await refusal({ code_challenge: undefined, code_challenge_method: undefined })).toBe('invalid_request');
    expect(await refusal({ code_challenge_method: 'plain' })).toBe('invalid_request');
    expect(await refusal({ scope: 'openid birthdate' })).toBe('invalid_scope');
    expect(await refusal({ request_uri: pushed.request_uri })).toBe('request_uri_not_supported');
  });
});

describe('what a service is told', () => {
  it('userinfo signed with ES256 when it was registered so, for this service and no other', async () => {
    const posts = service('posts', { prove: postedSecret('posts') });
    const tokens = await posts.tokens(citizen);
    const answer = await posts.userinfo(tokens.access_token);
    expect(answer.headers.get('content-type')).toContain('application/jwt');
    const { payload, protectedHeader } = await jwtVerify(await answer.text(), createLocalJWKSet(await keysOfServer()), { issuer: posts.issuer, audience: 'posts', algorithms: ['ES256'] });
    expect(payload).toMatchObject({ given_name: 'ADA', family_name: 'LOVELACE', sub: decodeJwt(tokens.id_token).sub });
    expect(protectedHeader.alg).toBe('ES256');
  });

  it.each([
    ['rsa', 'RSA-OAEP-256', () => rsa.privateKey, () => ec.privateKey],
    ['ecdh', 'ECDH-ES', () => ec.privateKey, () => rsa.privateKey],
  ])('%s: id_token and userinfo encrypted to its own key, and to nobody else', async (clientId, alg, own, others) => {
    const to = service(clientId);
    const tokens = await to.tokens(citizen);
    const userinfo = await (await to.userinfo(tokens.access_token)).text();
    for (const jwe of [tokens.id_token, userinfo]) {
      expect(decodeProtectedHeader(jwe)).toMatchObject({ alg, enc: 'A256GCM', cty: 'JWT' });
      const jws = Buffer.from((await compactDecrypt(jwe, own())).plaintext).toString('utf8');
      const { payload } = await jwtVerify(jws, createLocalJWKSet(await keysOfServer()), { issuer: to.issuer, audience: clientId });
      expect(payload.sub).toMatch(/^[\w-]{43}$/);
      await expect(compactDecrypt(jwe, others())).rejects.toThrow();
      expect(jwe).not.toContain(Buffer.from('LOVELACE').toString('base64url').slice(0, 8));
    }
  });

  it('claims one by one, into the place where they were asked for; unknown ones are nothing', async () => {
    const claims = JSON.stringify({ userinfo: { age_band: null, age_over_13: { essential: true }, shoe_size: null }, id_token: { given_name: null } });
    const untold = service('untold', { scope: 'openid' });
    const tokens = await untold.tokens(citizen, { claims });
    const { sub, ...userinfo } = (await (await untold.userinfo(tokens.access_token)).json()) as Record<string, unknown>;
    expect(userinfo).toEqual({ age_over_13: true, age_band: '25-64' });
    expect(decodeJwt(tokens.id_token)).toMatchObject({ sub, given_name: 'ADA' });
    expect(decodeJwt(tokens.id_token)).not.toHaveProperty('age_band');
  });

  it('says to the citizen what is essential, and why all of it is wanted', async () => {
    const { response } = await service('untold', { scope: 'openid given_name' }).authorize(citizen, { claims: JSON.stringify({ userinfo: { age_band: null, age_over_13: { essential: true } } }) });
    const shown = (await (await citizen.browser.fetch(`${server.origin}/api/interactions/${response.headers.get('location')!.split('/').at(-1)!}`)).json()) as { claims: unknown; service: unknown };
    expect(shown.claims).toEqual([{ name: 'given_name', essential: true }, { name: 'age_over_13', essential: true }, { name: 'age_band', essential: false }]);
    expect(shown.service).toEqual({ name: 'untold', origin: 'https://untold.example', purposes: ['tests'], registrar: 'operator' });
  });

  it.each([
    ['a claim it is not registered for', { userinfo: { birthdate: null } }, 'birthdate, which this client is not registered for'],
    ['a claim that is a number', { userinfo: { given_name: 1 } }, 'must be null or objects'],
    ['more claims than anybody needs', { userinfo: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`claim${n}`, null])) }, 'no more than 32'],
    ['a level that is none', { id_token: { acr: { essential: true, values: ['urn:none'] } } }, 'no level that is known here'],
  ])('%s is refused', async (_name, claims, reason) => {
    const refused = redirected((await service('untold').authorize(citizen, { claims: JSON.stringify(claims) })).response);
    expect([refused.get('error'), refused.get('error_description')]).toEqual(['invalid_request', expect.stringContaining(reason) as unknown]);
  });

  it('an essential level: one of those asked for, never more than was reached; a higher one stops the sign-in', async () => {
    const untold = service('untold');
    const acr = (values: string[]) => ({ claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }) });
    expect(decodeJwt((await untold.tokens(citizen, acr(['eidas1']))).id_token)['acr']).toBe('eidas1');
    expect(decodeJwt((await untold.tokens(citizen, acr(['eidas3', 'eidas1']))).id_token)['acr']).toBe('eidas1');
    expect(decodeJwt((await untold.tokens(citizen, { acr_values: 'eidas1' })).id_token)['acr']).toBe('eidas2');
    const { response } = await untold.authorize(citizen, acr(['eidas3']));
    const api = `${server.origin}/api/interactions/${response.headers.get('location')!.split('/').at(-1)!}`;
    const { challenge } = (await (await citizen.browser.fetch(api)).json()) as { challenge: { challengeId: string; options: { challenge: string } } };
    const refused = await citizen.browser.fetch(`${api}/passkey`, { json: { challengeId: challenge.challengeId, passkey: await citizen.authenticator.get(challenge.options) } });
    expect(((await refused.json()) as FaultAnswer).fault.code).toBe('SIGN_IN_LEVEL_TOO_LOW');
  });

  it('when the citizen proved themselves: now, at each sign-in', async () => {
    const untold = service('untold');
    const before = Math.floor(Date.now() / 1000) - 1;
    for (const changes of [{}, { max_age: '1' }, { max_age: '10000' }, { prompt: 'login' }]) expect(decodeJwt((await untold.tokens(citizen, changes)).id_token)['auth_time']).toBeGreaterThanOrEqual(before);
    expect(redirected((await untold.authorize(citizen, { prompt: 'none' })).response).get('error')).toBe('login_required');
    expect(redirected((await untold.authorize(citizen, { prompt: 'none login' })).response).get('error')).toBe('invalid_request');
  });
});

describe('logout', () => {
  const logout = (changes: Record<string, string>, by = citizen) => by.browser.fetch(`${server.origin}/oidc/session/end?${new URLSearchParams(changes).toString()}`);
  const sessions = async () => (await server.database.query(`SELECT payload->'authorizations' AS services FROM oidc_records WHERE model = 'Session'`)).rows as { services: Record<string, unknown> | null }[];
  const logoutTokens = async () => machine.logoutTokens(`${server.origin}/oidc`);
  /** A new citizen, when nobody has a session and nothing was told yet. */
  const newcomer = async (): Promise<TestCitizen> => {
    const one = createCitizen(server);
    await one.enrol();
    await server.database.query(`DELETE FROM oidc_records WHERE model = 'Session'`);
    machine.heard.length = 0;
    return one;
  };

  it('a service that is told of logouts keeps a session alive, and another does not', async () => {
    const one = await newcomer();
    await service('untold').tokens(one);
    expect(await sessions()).toEqual([]);
    await service('told').tokens(one);
    await service('untold').tokens(one);
    expect((await sessions()).map(({ services }) => Object.keys(services ?? {}))).toEqual([['told']]);
  });

  it('by the service: session gone, every service told by a token of its own, browser back at the registered address with its state', async () => {
    const one = await newcomer();
    await service('told-too').tokens(one);
    const { id_token } = await service('told').tokens(one);
    const back = await logout({ id_token_hint: id_token, post_logout_redirect_uri: 'https://told.example/bye?from=visavis', state: 'their state' }, one);
    expect([back.status, back.headers.get('location')]).toEqual([303, 'https://told.example/bye?from=visavis&state=their+state']);
    expect(await sessions()).toEqual([]);
    const tokens = await logoutTokens();
    expect(tokens.map(({ path, aud }) => `${path} ${String(aud)}`).toSorted((a, b) => a.localeCompare(b))).toEqual(['/logout told', '/logout-too told-too']);
    const own = tokens.find(({ aud }) => aud === 'told')!;
    const { sub, sid } = decodeJwt(id_token);
    expect(own).toMatchObject({ sub, sid, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } });
    expect(own).not.toHaveProperty('nonce');
    expect(tokens.find(({ aud }) => aud === 'told-too')!.sub).not.toBe(sub);
  });

  it('asked for by a form, the browser asks the same again with its cookies; a form that is none, or too long, is refused', async () => {
    const one = await newcomer();
    const { id_token } = await service('told').tokens(one);
    const at = `${server.origin}/oidc/session/end`;
    const posted = await one.browser.fetch(at, { method: 'POST', body: new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: 'https://told.example/bye?from=visavis' }) });
    expect(posted.status).toBe(303);
    const back = await one.browser.fetch(posted.headers.get('location')!);
    expect(back.headers.get('location')).toBe('https://told.example/bye?from=visavis');
    for (const body of ['{}', new URLSearchParams({ state: 's'.repeat(8192) })]) {
      const refused = await one.browser.fetch(at, { method: 'POST', body });
      expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    }
  });

  it('by a service without a session of its own: straight back', async () => {
    const one = await newcomer();
    const { id_token } = await service('untold').tokens(one);
    const back = await logout({ id_token_hint: id_token, post_logout_redirect_uri: 'https://untold.example/bye' }, one);
    expect([back.status, back.headers.get('location')]).toEqual([303, 'https://untold.example/bye']);
  });

  it("a stranger's link signs nobody out: without the citizen's own token they are asked, and nobody is sent anywhere unregistered", async () => {
    const [one, other] = [await newcomer(), createCitizen(server)];
    await other.enrol();
    const { id_token } = await service('told').tokens(one);
    const stranger = (await service('told').tokens(other)).id_token;
    for (const changes of [{}, { client_id: 'told', post_logout_redirect_uri: 'https://told.example/bye?from=visavis' }, { id_token_hint: stranger, post_logout_redirect_uri: 'https://told.example/bye?from=visavis' }]) {
      const asked = await logout(changes, one);
      expect([asked.status, asked.headers.get('location')]).toEqual([200, null]);
      const page = await asked.text();
      expect(page).toContain('Do you want to sign out?');
      expect(page).not.toContain('<script');
      expect(asked.headers.get('content-security-policy')).toContain("default-src 'none'; form-action 'self'");
    }
    for (const changes of [
      { id_token_hint: id_token, post_logout_redirect_uri: 'https://evil.example/' },
      { id_token_hint: id_token, post_logout_redirect_uri: 'https://told.example/bye?from=visavis&more=1' },
      { id_token_hint: `${id_token.slice(0, -6)}AAAAAA`, post_logout_redirect_uri: 'https://told.example/bye?from=visavis' },
      { id_token_hint: id_token, client_id: 'untold' },
    ]) {
      const refused = await logout(changes, one);
      expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    }
    expect(await logoutTokens()).toEqual([]);
    expect(await sessions()).toHaveLength(2);
    expect((await logout({ id_token_hint: id_token }, one)).status).toBe(200);
    expect((await logoutTokens()).map(({ aud }) => aud)).toEqual(['told']);
  });

  it('who is asked and says yes is signed out; a form of another website, without the page, is not that', async () => {
    const one = await newcomer();
    await service('told').tokens(one);
    const page = await (await logout({}, one)).text();
    const confirm = (body: Record<string, string>) => one.browser.fetch(`${server.origin}/oidc/session/end/confirm`, { method: 'POST', body: new URLSearchParams(body) });
    expect((await confirm({ xsrf: 'guessed', logout: 'yes' })).status).toBe(400);
    expect(await sessions()).toHaveLength(1);
    expect((await confirm({ xsrf: /name="xsrf" value="([^"]+)"/.exec(page)![1]!, logout: 'yes' })).status).toBe(303);
    expect(await sessions()).toEqual([]);
    expect((await logoutTokens()).map(({ aud }) => aud)).toEqual(['told']);
  });

  it('another person on the same browser signs the first one out at the service that is told', async () => {
    const [one, other] = [await newcomer(), createCitizen(server)];
    await other.enrol();
    const first = decodeJwt((await service('told').tokens(one)).id_token);
    await service('untold').tokens({ ...other, browser: one.browser });
    expect((await logoutTokens()).map(({ aud, sub }) => [aud, sub])).toEqual([['told', first.sub]]);
    expect(await sessions()).toEqual([]);
  });

  it('a citizen who takes a consent back is signed out there, and whoever is erased is everywhere', async () => {
    const one = await newcomer();
    await service('told').tokens(one);
    await service('told-too').tokens(one);
    const own = async (kind: string, path: string) => {
      const { challengeId, options } = (await (await one.browser.fetch(`${server.origin}/api/${kind}/options`, { json: {} })).json()) as { challengeId: string; options: { challenge: string } };
      return one.browser.fetch(`${server.origin}${path}`, { json: { challengeId, passkey: await one.authenticator.get(options) } });
    };
    expect((await own('session', '/api/session')).status).toBe(204);
    expect((await one.browser.fetch(`${server.origin}/api/account/services/told`, { method: 'DELETE' })).status).toBe(204);
    expect((await logoutTokens()).map(({ aud }) => aud)).toEqual(['told']);
    expect((await own('account/erasure', '/api/account/erasure')).status).toBe(200);
    expect((await logoutTokens()).map(({ aud }) => aud)).toEqual(['told', 'told-too']);
  });
});

describe('discovery', () => {
  it('announces exactly what is offered', async () => {
    const at = (path: string): string => `${server.origin}/oidc${path}`;
    expect(await (await fetch(at('/.well-known/openid-configuration'))).json()).toEqual({
      issuer: at(''),
      authorization_endpoint: at('/auth'),
      token_endpoint: at('/token'),
      userinfo_endpoint: at('/me'),
      jwks_uri: at('/jwks'),
      end_session_endpoint: at('/session/end'),
      pushed_authorization_request_endpoint: at('/request'),
      acr_values_supported: ['eidas1', 'eidas2', 'eidas3'],
      authorization_response_iss_parameter_supported: true,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      claim_types_supported: ['normal'],
      claims_parameter_supported: true,
      claims_supported: ['sub', 'acr', 'amr', 'auth_time', 'given_name', 'family_name', 'birthdate', 'gender', 'nationality', 'age_over_18', 'age_over_13', 'age_band', 'email', 'email_verified', 'sid', 'iss'],
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: ['authorization_code'],
      id_token_encryption_alg_values_supported: ['RSA-OAEP-256', 'ECDH-ES'],
      id_token_encryption_enc_values_supported: ['A256GCM'],
      id_token_signing_alg_values_supported: ['ES256'],
      request_uri_parameter_supported: false,
      response_modes_supported: ['query'],
      response_types_supported: ['code'],
      scopes_supported: ['openid', 'profile', 'given_name', 'family_name', 'birthdate', 'gender', 'nationality', 'age_over_18', 'age_over_13', 'age_band', 'email', 'email_verified'],
      subject_types_supported: ['pairwise'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256', 'PS256', 'RS256'],
      userinfo_encryption_alg_values_supported: ['RSA-OAEP-256', 'ECDH-ES'],
      userinfo_encryption_enc_values_supported: ['A256GCM'],
      userinfo_signing_alg_values_supported: ['ES256'],
    });
  });
});
