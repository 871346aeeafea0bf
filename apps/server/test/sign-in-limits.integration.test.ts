import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createBrowser } from './cookie-jar.ts';
import { type PasskeyChallengeJson, testComputer, testPhone } from './phone.ts';
import { basicSecret, oauthAnswer, type TestService, testService } from './relying-party.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer, type TestCitizen } from './test-citizen.ts';

/** Limits small enough to be met by a test; callers choose their address, as behind a proxy that is trusted. */
const SIGN_INS = 5;
const PER_CITIZEN = 3;
const FAILURES = 4;

let server: TestServer;
let service: TestService;
let citizen: TestCitizen;
beforeAll(async () => {
  server = await startTestServer(
    { VISAVIS_TRUSTED_PROXIES: '127.0.0.1', VISAVIS_SIGN_INS_PER_MINUTE: String(SIGN_INS), VISAVIS_SIGN_INS_PER_CITIZEN: String(PER_CITIZEN), VISAVIS_SERVICE_FAILURES_PER_MINUTE: String(FAILURES) },
    undefined,
    [{ clientId: 'shop', name: 'Shop', redirectUris: ['https://shop.example/cb'], purposes: ['tests'], clientSecret: SERVICE_SECRET, claims: ['given_name'] }],
  );
  service = testService(server, { clientId: 'tax-office', redirectUri: `${server.taxOfficeOrigin}/callback`, scope: 'openid given_name' });
  citizen = createCitizen(server);
  await citizen.enrol();
});
afterEach(() => void vi.useRealTimers());
afterAll(() => server?.stop());

/** Minutes of their own for each test: the server lives in this process, so its clock is this one. */
const aMinuteLater = (): void => {
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(Date.now() + 60_000);
};
const from = (address: string, path: string, init: RequestInit = {}): Promise<Response> => fetch(`${server.origin}${path}`, { redirect: 'manual', ...init, headers: { 'x-forwarded-for': address, ...Object.fromEntries(new Headers(init.headers)) } });
const post = (address: string, path: string, json: unknown, init: RequestInit = {}): Promise<Response> => from(address, path, { method: 'POST', body: JSON.stringify(json), ...init, headers: { 'content-type': 'application/json', ...Object.fromEntries(new Headers(init.headers)) } });
const repeat = async (times: number, call: () => Promise<Response>): Promise<readonly number[]> => {
  const statuses: number[] = [];
  for (let n = 0; n < times; n++) statuses.push((await call()).status);
  return statuses;
};
const fault = async (response: Response): Promise<string> => ((await response.json()) as FaultAnswer).fault.code;
const token = (address: string, clientId: string, secret = SERVICE_SECRET, extra: Readonly<Record<string, string>> = {}): Promise<Response> =>
  from(address, '/oidc/token', { method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` }, body: new URLSearchParams({ grant_type: 'authorization_code', code: 'x'.repeat(43), redirect_uri: `${server.taxOfficeOrigin}/callback`, code_verifier: 'x'.repeat(43), ...extra }) });

describe('one network', () => {
  it('starts so many sign-ins a minute; then a page and Retry-After, another network goes on, and a minute later so does it', async () => {
    const authorize = (address: string) => from(address, `/oidc/auth?${service.parameters().query.toString()}`, { headers: { accept: 'text/html' } });
    expect(await repeat(SIGN_INS, () => authorize('192.0.2.1'))).toEqual(Array.from({ length: SIGN_INS }, () => 303));
    const refused = await authorize('192.0.2.1');
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('location')]).toEqual([429, '60', null]);
    expect(await refused.text()).toContain('Too many sign-ins from your network');
    expect((await authorize('192.0.2.2')).status).toBe(303);
    aMinuteLater();
    expect((await authorize('192.0.2.1')).status).toBe(303);
  });

  it('may not choose its address: only what a trusted proxy forwarded last is believed', async () => {
    const authorize = (forwarded: string) => from(forwarded, `/api/v2/.well-known/openid-configuration`);
    expect(await repeat(SIGN_INS * 20, () => authorize('192.0.2.3'))).not.toContain(429);
    for (const spelt of ['198.51.100.1, 192.0.2.3', '::ffff:192.0.2.3']) expect((await authorize(spelt)).status).toBe(429);
    expect((await authorize('192.0.2.4')).status).toBe(200);
  });

  it.each([
    ['of the account', (address: string) => post(address, '/api/session/options', {})],
    ['of an erasure', (address: string) => post(address, '/api/account/erasure/options', {})],
  ])('is given so many challenges %s', async (name, ask) => {
    aMinuteLater();
    const address = name.includes('account') ? '192.0.2.5' : '192.0.2.6';
    expect(await repeat(SIGN_INS * 3, () => ask(address))).toEqual(Array.from({ length: SIGN_INS * 3 }, () => 200));
    const refused = await ask(address);
    expect([refused.status, await fault(refused.clone()), refused.headers.get('retry-after')]).toEqual([429, 'REQUEST_TOO_MANY', '60']);
    expect((await ask('192.0.2.7')).status).toBe(200);
  });

  it.each([
    ['a history', (address: string) => from(address, '/api/account/history')],
    ['an account', (address: string) => from(address, '/api/account')],
    ['a sign-in in progress', (address: string) => from(address, '/api/interactions/xxxxxxxxxxxxxxxxxxxxx/phone')],
    ['a scan', (address: string) => post(address, '/api/phone/scan', { secret: 'x'.repeat(22) })],
  ])('asks so often for %s, and others go on', async (name, ask) => {
    const address = `198.51.100.${name.length}`;
    const statuses = await repeat(SIGN_INS * 20, () => ask(address));
    expect(statuses).not.toContain(429);
    const refused = await ask(address);
    expect([refused.status, await fault(refused), refused.headers.get('retry-after')]).toEqual([429, 'REQUEST_TOO_MANY', '60']);
    expect((await ask('198.51.100.200')).status).toBe(statuses[0]);
  });
});

describe('one service', () => {
  it('that fails too often is told to wait, in OAuth\'s words; its own other machines, and other services, go on', async () => {
    aMinuteLater();
    expect(await repeat(FAILURES, () => token('203.0.113.1', 'tax-office', 'guessed'))).toEqual(Array.from({ length: FAILURES }, () => 401));
    const refused = await token('203.0.113.1', 'tax-office');
    expect([refused.status, refused.headers.get('retry-after'), (await oauthAnswer(refused)).error]).toEqual([429, '60', 'temporarily_unavailable']);
    // Its own secret, from its own machines: a stranger locked out themselves, and not the service.
    expect((await oauthAnswer(await token('203.0.113.2', 'tax-office'))).error).toBe('invalid_grant');
    expect((await oauthAnswer(await token('203.0.113.1', 'library'))).error).toBe('invalid_grant');
    aMinuteLater();
    expect((await oauthAnswer(await token('203.0.113.1', 'tax-office'))).error).toBe('invalid_grant');
  });

  it('whatever way it says who it is, and also where its requests are pushed', async () => {
    aMinuteLater();
    const posted = () => from('203.0.113.3', '/oidc/request', { method: 'POST', body: new URLSearchParams({ client_id: 'shop', client_secret: 'guessed-guessed-guessed-guessed-guessed' }) });
    expect(await repeat(FAILURES, posted)).toEqual(Array.from({ length: FAILURES }, () => 401));
    expect((await posted()).status).toBe(429);
    expect((await token('203.0.113.3', 'shop')).status).toBe(429);
  });

  it('that does nothing wrong is served on and on', async () => {
    aMinuteLater();
    const { query } = service.parameters();
    const pushed = () => from('203.0.113.4', '/oidc/request', { method: 'POST', headers: { authorization: `Basic ${Buffer.from(`tax-office:${SERVICE_SECRET}`).toString('base64')}` }, body: query });
    expect(new Set(await repeat(70, pushed))).toEqual(new Set([201]));
  });
});

describe('one citizen', () => {
  it('signs in so often a minute, counted after it was proved to be them; another citizen in the same network goes on', async () => {
    aMinuteLater();
    const other = createCitizen(server);
    await other.enrol();
    const signIn = async (who: TestCitizen): Promise<Response> => {
      const { challengeId, options } = (await (await post(`203.0.113.${50 + ++counted}`, '/api/session/options', {})).json()) as PasskeyChallengeJson;
      return post('203.0.113.5', '/api/session', { challengeId, passkey: await who.authenticator.get(options) });
    };
    let counted = 0;
    expect(await repeat(PER_CITIZEN, () => signIn(citizen))).toEqual(Array.from({ length: PER_CITIZEN }, () => 204));
    const refused = await signIn(citizen);
    expect([refused.status, await fault(refused), refused.headers.get('retry-after')]).toEqual([429, 'SIGN_IN_TOO_MANY', '60']);
    expect((await signIn(other)).status).toBe(204);
    aMinuteLater();
    expect((await signIn(citizen)).status).toBe(204);
  });

  it('is locked out by nothing that a stranger does: not by wrong answers in their name, however many', async () => {
    aMinuteLater();
    const challengeOf = async (address: string) => (await (await post(address, '/api/session/options', {})).json()) as PasskeyChallengeJson;
    const honest = await citizen.authenticator.get((await challengeOf('203.0.113.99')).options);
    for (let n = 0; n < 20; n++) {
      const { challengeId } = await challengeOf(`203.0.113.${100 + n}`);
      expect(await fault(await post('203.0.113.6', '/api/session', { challengeId, passkey: honest }))).toBe('SIGN_IN_PASSKEY_REFUSED');
    }
    const { challengeId, options } = await challengeOf('203.0.113.7');
    expect((await post('203.0.113.7', '/api/session', { challengeId, passkey: await citizen.authenticator.get(options) })).status).toBe(204);
  });
});

describe('nobody learns from a refusal', () => {
  /** Statements that a call has the database run, in order; what the server does by itself meanwhile is left out. */
  async function statements(call: () => Promise<Response>): Promise<{ readonly told: string; readonly ran: readonly string[] }> {
    const query = vi.spyOn(Client.prototype, 'query');
    const response = await call();
    const ran = query.mock.calls.map(([sql]) => (typeof sql === 'string' ? sql : (sql as { text?: string }).text ?? '')).filter((sql) => !/log_head|log_pending|^DELETE FROM \w+ WHERE \w+ <= |^SELECT [\w, ]+ FROM identities WHERE state = '(active|erasing)'/.test(sql));
    query.mockRestore();
    const headers = ['content-type', 'www-authenticate', 'retry-after', 'cache-control'].map((name) => response.headers.get(name));
    return { told: JSON.stringify([response.status, headers, await response.text()]), ran };
  }

  it('which passkeys there are: unknown, and known with a wrong signature, are one answer after the same questions', async () => {
    aMinuteLater();
    const challenge = async (address: string) => (await (await post(address, '/api/session/options', {})).json()) as PasskeyChallengeJson;
    const known = await citizen.authenticator.get((await challenge('192.0.2.101')).options);
    const stranger = { ...known, id: 'c3RyYW5nZXI', response: { ...known.response, userHandle: Buffer.from('a stranger here!').toString('base64url') } };
    const answered = async (address: string, passkey: object) => {
      const { challengeId } = await challenge(address);
      return statements(() => post(address, '/api/session', { challengeId, passkey }));
    };
    const [wrong, unknown] = [await answered('192.0.2.102', known), await answered('192.0.2.103', stranger)];
    expect(wrong.told).toContain('SIGN_IN_PASSKEY_REFUSED');
    expect(unknown).toEqual(wrong);
    expect(wrong.ran.length).toBeGreaterThan(0);
  });

  it("which sign-ins there are: none, and somebody else's, are one answer", async () => {
    const started = await service.authorize({ browser: createBrowser() });
    const uid = started.response.headers.get('location')!.split('/').at(-1)!;
    const unknown = `${uid.slice(0, -4)}AAAA`;
    for (const [method, what] of [['GET', ''], ['GET', '/phone'], ['POST', '/phone'], ['DELETE', '/phone']] as const) {
      const call = (id: string) => statements(() => (method === 'POST' ? post('192.0.2.104', `/api/interactions/${id}${what}`, {}) : from('192.0.2.104', `/api/interactions/${id}${what}`, { method })));
      const [others, none] = [await call(uid), await call(unknown)];
      expect(others.told).toContain('SIGN_IN_INTERACTION_UNKNOWN');
      expect(none).toEqual(others);
    }
  });

  it("which phone approvals there are: none, and another phone's, are one answer", async () => {
    aMinuteLater();
    const browser = createBrowser();
    const { response } = await service.authorize({ browser });
    const { secret } = await testComputer(server.origin, browser, response.headers.get('location')!).begin();
    const { id } = await testPhone(server.origin).scanned(secret);
    const cookie = `visavis_phone=${'y'.repeat(43)}`;
    for (const [what, json] of [['number', { number: 42 }], ['passkey', { challengeId: 'x', passkey: {} }]] as const) {
      const call = (of: string) => statements(() => post('192.0.2.105', `/api/phone/${of}/${what}`, json, { headers: { cookie } }));
      const [others, none] = [await call(id), await call('A'.repeat(22))];
      expect(others.told).toContain('SIGN_IN_PHONE_OVER');
      expect(none).toEqual(others);
    }
  });

  it('which services there are: unknown, and known with a wrong secret, are one answer, also when they are told to wait', async () => {
    aMinuteLater();
    const both = async (address: string) => [await statements(() => token(address, 'tax-office', 'guessed')), await statements(() => token(address, 'no-such-office', 'guessed'))] as const;
    const [known, unknown] = await both('203.0.113.8');
    expect(known.told).toContain('invalid_client');
    expect(unknown.told).toBe(known.told);
    for (let n = 1; n < FAILURES; n++) await both('203.0.113.8');
    const [knownWaits, unknownWaits] = await both('203.0.113.8');
    expect(knownWaits.told).toContain('temporarily_unavailable');
    expect(unknownWaits.told).toBe(knownWaits.told);
    // The honest twin.
    expect((await oauthAnswer(await service.call('/token', { grant_type: 'authorization_code', code: 'x', redirect_uri: 'x' }, basicSecret('tax-office')))).error).toBe('invalid_grant');
  });
});
