import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer } from './test-citizen.ts';

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
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api/enrolments/${enrolment.enrolmentId}/booth`);
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()));
  const [refused, signIn] = await Promise.all([enrolment.bind(body), fetch(`${server.origin}/oidc/auth?${request}`, { redirect: 'manual' })]);
  expect(await told(refused)).toEqual([500, 'SERVER_FAILED']);
  const page = await signIn.text();
  expect([signIn.status, signIn.headers.get('x-content-type-options'), page]).toEqual([500, 'nosniff', expect.stringContaining('server_error')]);
  expect(page).not.toMatch(/ECONN|ENOENT|postgres|select|insert|terminat|\/var|\/tmp/i);
  await closed;

  await expect.poll(health, { timeout: 30_000 }).toEqual([200, 'ok']);
  expect((await enrolment.bind(body)).status).toBe(201);
  expect((await citizen.browser.fetch(`${server.origin}/api/account`)).status).toBe(200);
  const { rows } = await server.database.query<{ n: number }>('SELECT count(*)::int AS n FROM identities');
  expect(rows[0]?.n).toBe(1);
  expect(server.events.map(({ event }) => event)).toContain('registry.connectionLost');
});
