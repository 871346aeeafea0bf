import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { canonicalJson, publicServices, readLogEntry, sandboxRegistered, serviceChanges } from '@visavis/contract';
import { createService } from '@visavis/service-sdk';
import { parseServices, strictMount } from '@visavis/signin';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runServicesCommand, type ServicesOrder } from '../src/services/services-command.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen, type FaultAnswer, type TestCitizen } from './test-citizen.ts';

const redirectUri = 'http://localhost:4999/callback';
const shop = { name: 'Book shop', redirectUris: [redirectUri], tokenEndpointAuthMethod: 'client_secret_basic', purposes: ['To know that you are of age.'], claims: ['age_over_18'] };

const service = (server: TestServer, clientId: string, clientSecret: string) => createService({ issuer: `${server.origin}/oidc`, clientId, redirectUri, authentication: { method: 'client_secret_basic', clientSecret }, lowestLevel: 'eidas1', claims: { essential: ['age_over_18'], voluntary: [] }, userinfo: 'json', decryptionKeys: [] });

async function signIn(server: TestServer, citizen: TestCitizen, clientId: string, secret: string): Promise<string> {
  const client = service(server, clientId, secret);
  const begun = await client.beginSignIn();
  if (!begun.ok) return begun.fault.code;
  const toPage = (await citizen.browser.fetch(begun.value.redirectTo.href)).headers.get('location')!;
  const { returnTo } = await answerInteraction(server, citizen, toPage);
  const signedIn = await client.completeSignIn(new URL((await citizen.browser.fetch(returnTo)).headers.get('location')!), begun.value.pending);
  return signedIn.ok ? JSON.stringify(signedIn.value.claims) : signedIn.fault.code;
}

describe('services registered by the operator while the server runs', () => {
  let server: TestServer;
  let citizen: TestCitizen;
  let environment: Record<string, string>;
  beforeAll(async () => {
    server = await startTestServer();
    citizen = createCitizen(server);
    await citizen.enrol();
    const { rows } = await server.database.query<{ socket: string }>(`SELECT current_setting('unix_socket_directories') AS socket`);
    environment = { PATH: process.env['PATH']!, VISAVIS_SERVICES_FILE: path.join(path.dirname(server.stateDir), 'services.json'), DATABASE_URL: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(rows[0]!.socket)}` };
  });
  afterAll(() => server.stop());

  /** The operator's command, in its own process. */
  async function command(...parameters: string[]): Promise<Record<string, unknown>> {
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, '../src/services/main.ts'), ...parameters], { env: environment });
    return JSON.parse(stdout) as Record<string, unknown>;
  }
  const refusal = (order: ServicesOrder): Promise<string> =>
    runServicesCommand({ registry: { pool: server.database, clock: () => Date.now(), random: (n) => new Uint8Array(randomBytes(n)) }, mounts: [strictMount], isDemo: false, fixed: fixedServices() }, order).then(() => 'accepted', (error: Error) => error.message);
  /** As the test server's file has it. */
  const fixedServices = () => {
    const parsed = parseServices([{ ...shop, clientSecret: 'x'.repeat(32), clientId: 'tax-office' }], [strictMount], false);
    return parsed.ok ? parsed.value : [];
  };
  async function written(registration: object): Promise<string> {
    const file = path.join(path.dirname(server.stateDir), 'registration.json');
    await writeFile(file, JSON.stringify(registration));
    return file;
  }
  const listed = async () => publicServices.parse(await (await fetch(`${server.origin}/api/services`)).json()).services;
  const changes = async (clientId: string) => serviceChanges.parse(await (await fetch(`${server.origin}/api/services/${clientId}/changes`)).json()).openings.map(({ text }) => readLogEntry(text));

  it('sign people in without a restart, change, and are gone when they are withdrawn', async () => {
    const { clientSecret } = (await command('register', await written({ ...shop, clientId: 'shop' }), '--by', 'Grace Hopper')) as { clientSecret: string };
    await expect.poll(() => signIn(server, citizen, 'shop', clientSecret), { timeout: 8000, interval: 500 }).toBe('{"age_over_18":true}');
    expect(await signIn(server, citizen, 'shop', 'another-secret-of-more-than-32-characters')).toBe('SERVICE_NOT_ACCEPTED');
    expect(await listed()).toContainEqual({ clientId: 'shop', name: 'Book shop', purposes: shop.purposes, claims: ['age_over_18'], registrar: 'operator' });
    // A change keeps the secret and is told to everybody, with who and when.
    const purposes = ['To know that you are of age, and nothing else.'];
    expect(await command('register', await written({ ...shop, clientId: 'shop', purposes }), '--by', 'Alan Turing')).toEqual({ registered: 'shop' });
    await expect.poll(async () => (await listed()).find(({ clientId }) => clientId === 'shop')?.purposes, { timeout: 8000 }).toEqual(purposes);
    expect(await signIn(server, citizen, 'shop', clientSecret)).toBe('{"age_over_18":true}');
    expect(await command('withdraw', 'shop', '--by', 'Grace Hopper')).toEqual({ withdrawn: 'shop' });
    await expect.poll(() => signIn(server, citizen, 'shop', clientSecret), { timeout: 8000, interval: 500 }).toBe('SERVICE_NOT_ACCEPTED');
    expect((await listed()).map(({ clientId }) => clientId)).not.toContain('shop');
    const hash = (what: readonly string[]) => createHash('sha256').update(canonicalJson({ clientId: 'shop', name: 'Book shop', purposes: what, claims: ['age_over_18'] })).digest('base64url');
    expect(await changes('shop')).toMatchObject([
      { change: 'withdrawn', by: 'Grace Hopper', sha256: hash(purposes) },
      { change: 'registered', by: 'Alan Turing', sha256: hash(purposes) },
      { change: 'registered', by: 'Grace Hopper', sha256: hash(shop.purposes) },
    ]);
    // The secret is in no table.
    const { rows } = await server.database.query<{ all: string }>('SELECT string_agg(services::text, $1) AS all FROM services', ['']);
    expect(rows[0]!.all).not.toContain(clientSecret);
  });

  it('are in the transparency log, those of the file too, and each change once', async () => {
    expect(await changes('tax-office')).toMatchObject([{ kind: 'serviceChanged', change: 'registered', by: 'the file of services' }]);
    await server.restart();
    expect(await changes('tax-office')).toHaveLength(1);
    const { rows } = await server.database.query<{ n: string }>('SELECT count(*) AS n FROM log_pending');
    expect(Number(rows[0]!.n)).toBe(0);
  });

  it('are refused where the file is right, where a developer is meant, and where nobody says who', async () => {
    const honest = { ...shop, clientId: 'cinema' };
    const register = (registration: object, by = 'Grace Hopper') => refusal({ verb: 'register', registration, by, newSecret: false });
    expect(await register({ ...honest, clientId: 'tax-office' })).toContain('is in the file of services: change it there');
    expect(await refusal({ verb: 'withdraw', clientId: 'tax-office', by: 'Grace Hopper' })).toContain('withdraw it there');
    expect(await register({ ...honest, clientId: 'dev-0123456789abcdef' })).toContain('is for developers');
    expect(await register(honest, '')).toContain('--by says who');
    expect(await register({ ...honest, clientSecret: 'x'.repeat(40) })).toContain('clientSecret is made here');
    expect(await register({ ...honest, idTokenSigning: 'HS256' })).toContain('HS256 needs a secret that is kept');
    expect(await register({ ...honest, redirectUris: ['http://cinema.example/'] })).toContain('https, or http on the own machine');
    expect(await refusal({ verb: 'withdraw', clientId: 'nobody', by: 'Grace Hopper' })).toContain('no such service');
    expect(await register(honest)).toBe('accepted');
  });

  it('no developer registers at: production has no such address', async () => {
    expect((await fetch(`${server.origin}/api/sandbox/services`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(shop) })).status).toBe(404);
    await server.database.query(`INSERT INTO services (client_id, registrar, registration, management_secret_sha256, expires_at, revision) VALUES ('dev-0123456789abcdef', 'developer', $1, $2, '2099-01-01', nextval('service_revisions'))`, [{ ...shop, clientId: 'dev-0123456789abcdef' }, 'x'.repeat(43)]);
    await server.restart();
    expect((await listed()).map(({ clientId }) => clientId)).not.toContain('dev-0123456789abcdef');
  });
});

describe('the sandbox of the demo', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ VISAVIS_MODE: 'demo', VISAVIS_TRUSTED_PROXIES: '127.0.0.1,::1' });
  });
  afterAll(() => server.stop());

  let networks = 0;
  const network = (): string => `198.51.${Math.floor(++networks / 200)}.${networks % 200}`;
  const post = (body: object, from = network()): Promise<Response> => fetch(`${server.origin}/api/sandbox/services`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': from }, body: JSON.stringify(body) });
  const withdraw = (clientId: string, secret?: string): Promise<Response> => fetch(`${server.origin}/api/sandbox/services/${clientId}`, { method: 'DELETE', headers: { 'x-forwarded-for': network(), ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }) } });
  const code = async (response: Response): Promise<string> => ((await response.json()) as FaultAnswer).fault.code;

  it('registers a service for whoever comes, says that nobody checked it, and withdraws it for its owner alone', async () => {
    const registered = sandboxRegistered.parse(await (await post(shop)).json());
    const citizen = createCitizen(server);
    await citizen.enrol();
    expect(await signIn(server, citizen, registered.clientId, registered.clientSecret!)).toBe('{"age_over_18":true}');
    const listed = publicServices.parse(await (await fetch(`${server.origin}/api/services`)).json()).services;
    expect(listed.find(({ clientId }) => clientId === registered.clientId)).toMatchObject({ name: 'Book shop', registrar: 'developer' });
    const other = sandboxRegistered.parse(await (await post(shop)).json());
    expect(other.clientId).not.toBe(registered.clientId);
    for (const secret of [other.managementSecret, registered.clientSecret, 'x', undefined]) expect(await code(await withdraw(registered.clientId, secret))).toBe('SANDBOX_SERVICE_UNKNOWN');
    expect(await code(await withdraw('tax-office', registered.managementSecret))).toBe('SANDBOX_SERVICE_UNKNOWN');
    expect((await withdraw(registered.clientId, registered.managementSecret)).status).toBe(204);
    expect(await signIn(server, citizen, registered.clientId, registered.clientSecret!)).toBe('SERVICE_NOT_ACCEPTED');
    expect(await code(await withdraw(registered.clientId, registered.managementSecret))).toBe('SANDBOX_SERVICE_UNKNOWN');
    // Neither secret is in a table.
    const { rows } = await server.database.query<{ all: string }>('SELECT string_agg(services::text, $1) AS all FROM services', ['']);
    for (const secret of [registered.clientSecret!, registered.managementSecret, other.managementSecret]) expect(rows[0]!.all).not.toContain(secret);
  });

  it.each([
    ['an address that is neither https nor on the own machine', { redirectUris: ['http://shop.example/'] }, 'SANDBOX_REGISTRATION_REFUSED'],
    ['a claim that there is not', { claims: ['face'] }, 'SANDBOX_REGISTRATION_REFUSED'],
    ['a member that there is not', { colour: 'red' }, 'SANDBOX_REGISTRATION_REFUSED'],
    ['a client id of its choice', { clientId: 'tax-office' }, 'REQUEST_INVALID'],
    ['the sector of another service', { sector: 'tax.example' }, 'REQUEST_INVALID'],
    ['a secret of its choice', { clientSecret: 'x'.repeat(40) }, 'REQUEST_INVALID'],
  ])('refuses %s, and says what is wrong', async (_what, changes, expected) => {
    const refused = await post({ ...shop, ...changes });
    const { fault, details } = (await refused.json()) as FaultAnswer & { readonly details?: readonly string[] };
    expect([fault.code, refused.status, details !== undefined]).toEqual([expected, 400, expected === 'SANDBOX_REGISTRATION_REFUSED']);
    for (const detail of details ?? []) expect(detail).toContain(Object.keys(changes)[0]!.slice(0, 5));
    expect((await post(shop)).status).toBe(201);
  });

  it('takes ten a minute from one network, and a thousand in all', async () => {
    const from = network();
    for (let i = 0; i < 10; i++) expect((await post(shop, from)).status).toBe(201);
    expect(await code(await post(shop, from))).toBe('REQUEST_TOO_MANY');
    await server.database.query(
      `INSERT INTO services (client_id, registrar, registration, management_secret_sha256, expires_at, revision)
       SELECT 'dev-' || lpad(n::text, 16, '0'), 'developer', $1, $2, now() + interval '1 day', nextval('service_revisions') FROM generate_series(1, 1000) AS n`,
      [{ ...shop, clientId: 'dev-0000000000000001' }, 'x'.repeat(43)],
    );
    expect(await code(await post(shop))).toBe('SANDBOX_FULL');
    // What has expired makes room.
    await server.database.query(`UPDATE services SET expires_at = now() - interval '1 second' WHERE client_id LIKE 'dev-00%'`);
    expect((await post(shop)).status).toBe(201);
  });

  it('forgets a service when its time is over', async () => {
    const registered = sandboxRegistered.parse(await (await post(shop)).json());
    const client = service(server, registered.clientId, registered.clientSecret!);
    expect(await client.beginSignIn()).toMatchObject({ ok: true });
    await server.database.query(`UPDATE services SET expires_at = now() - interval '1 second', revision = nextval('service_revisions') WHERE client_id = $1`, [registered.clientId]);
    await expect.poll(async () => (await client.beginSignIn()).ok, { timeout: 8000, interval: 500 }).toBe(false);
  });

  it('is the same at a second server, within seconds', async () => {
    const twin = await server.startTwin();
    const registered = sandboxRegistered.parse(await (await post(shop)).json());
    const listed = async () => publicServices.parse(await (await fetch(`${twin.origin}/api/services?after=dev`)).json()).services.map(({ clientId }) => clientId);
    await expect.poll(listed, { timeout: 8000 }).toContain(registered.clientId);
    await twin.stop();
  });
});
