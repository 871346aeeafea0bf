import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPool } from '../src/open-pool.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer, randomId } from './test-citizen.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.stop());

const told = async (response: Response): Promise<readonly [number, string]> => [response.status, ((await response.json()) as FaultAnswer).fault.code];
const health = async () => {
  const response = await fetch(`${server.origin}/health`);
  return [response.status, ((await response.json()) as { status: string }).status];
};

it('while the database is gone every answer is a coded one that quotes nothing, health says so, and the same citizen goes on when it is back', async () => {
  const citizen = createCitizen(server);
  const enrolment = await citizen.begin();
  const body = { possession: await enrolment.possession('bind'), verdict: await enrolment.verdict(), boothCertificate: enrolment.boothCertificate, passkey: await enrolment.passkey() };
  expect(await health()).toEqual([200, 'ok']);
  // Killed, not stopped: it comes back by itself half a second later.
  server.killDatabase();
  await expect.poll(health, { timeout: 10_000, interval: 5 }).toEqual([503, 'databaseUnavailable']);
  const request = new URLSearchParams({ client_id: 'tax-office', redirect_uri: `${server.taxOfficeOrigin}/callback`, response_type: 'code', scope: 'openid', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' });
  const socketTo = (enrolmentId: string): WebSocket => new WebSocket(`${server.origin.replace('http', 'ws')}/api/enrolments/${enrolmentId}/booth`);
  // A room that lives is found without the database; one that must be looked up is not.
  const living = socketTo(enrolment.enrolmentId);
  living.addEventListener('open', () => living.send('hello'));
  const unknown = new Promise<void>((resolve) => socketTo(randomId()).addEventListener('close', () => resolve()));
  const [refused, signIn] = await Promise.all([enrolment.bind(body), fetch(`${server.origin}/oidc/auth?${request}`, { redirect: 'manual' })]);
  expect(await told(refused)).toEqual([500, 'SERVER_FAILED']);
  const page = await signIn.text();
  expect([signIn.status, signIn.headers.get('x-content-type-options'), page]).toEqual([500, 'nosniff', expect.stringContaining('server_error')]);
  expect(page).not.toMatch(/ECONN|ENOENT|postgres|select|insert|terminat|\/var|\/tmp/i);
  await unknown;
  await expect.poll(() => server.booths.get(enrolment.enrolmentId)?.received).toEqual(['hello']);

  await expect.poll(health, { timeout: 30_000 }).toEqual([200, 'ok']);
  expect((await enrolment.bind(body)).status).toBe(201);
  expect((await citizen.browser.fetch(`${server.origin}/api/account`)).status).toBe(200);
  const { rows } = await server.database.query<{ n: number }>('SELECT count(*)::int AS n FROM identities');
  expect(rows[0]?.n).toBe(1);
  expect(server.events.map(({ event }) => event)).toContain('registry.connectionLost');
});

it('a connection that is cut in the middle of a query is told of, once, as an idle one is', async () => {
  let lost = 0;
  const pool = openPool(server.database.options, () => (lost += 1));
  const running = expect(pool.query('SELECT pg_sleep(60)')).rejects.toThrow();
  const pidOf = async (query: string) => (await server.database.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE query = $1', [query])).rows[0]?.pid;
  await expect.poll(() => pidOf('SELECT pg_sleep(60)')).toBeTypeOf('number');
  process.kill((await pidOf('SELECT pg_sleep(60)'))!, 'SIGKILL');
  await running;
  await expect.poll(() => lost).toBe(1);
  // PostgreSQL starts itself again after such an end.
  await expect.poll(() => pool.query('SELECT 1').then(() => 'answered', () => 'refused'), { timeout: 20_000 }).toBe('answered');
  expect(lost).toBe(1);
  await server.database.query('SELECT pg_terminate_backend($1)', [await pidOf('SELECT 1')]);
  await expect.poll(() => lost).toBe(2);
  await pool.end();
});
