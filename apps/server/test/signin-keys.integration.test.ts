import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testService } from './relying-party.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen } from './test-citizen.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.stop());

const keys = async (): Promise<JSONWebKeySet> => (await (await fetch(`${server.origin}/oidc/jwks`)).json()) as JSONWebKeySet;
const kids = async (): Promise<unknown[]> => (await keys()).keys.map(({ kid }) => kid);
const rotate = async (): Promise<unknown> => {
  const main = fileURLToPath(new URL('../src/rotate-signin-keys/main.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main], { env: { PATH: process.env['PATH'], VISAVIS_STATE_DIR: server.stateDir } });
  return JSON.parse(stdout);
};

it('a key is published before it signs and after it signed: what it signed verifies through one rotation, and not through two', async () => {
  const citizen = createCitizen(server);
  await citizen.enrol();
  const taxOffice = testService(server, { clientId: 'tax-office', redirectUri: `${server.taxOfficeOrigin}/callback`, scope: 'openid given_name' });
  const idToken = async (): Promise<string> => (await taxOffice.tokens(citizen)).id_token;
  const verifies = async (token: string): Promise<unknown> => jwtVerify(token, createLocalJWKSet(await keys()), { issuer: taxOffice.issuer, audience: 'tax-office' });
  const published = await kids();
  expect(published).toHaveLength(2);
  expect(JSON.stringify(await keys())).not.toContain('"d"');
  const before = await idToken();
  expect(decodeProtectedHeader(before).kid).toBe(published[0]);

  const rotated = (await rotate()) as { signs: string; next: string; before: string };
  expect([rotated.signs, rotated.before]).toEqual([published[1], published[0]]);
  // A server that still has the old file already publishes the key that now signs elsewhere.
  expect(await kids()).toEqual(published);
  await server.restart();
  expect(await kids()).toEqual([rotated.signs, rotated.next, rotated.before]);
  expect(decodeProtectedHeader(await idToken()).kid).toBe(rotated.signs);
  await verifies(before);
  // Also here: the service may end with it what it began.
  const logout = new URLSearchParams({ id_token_hint: before });
  expect((await fetch(`${server.origin}/oidc/session/end?${logout.toString()}`)).status).toBe(200);

  await rotate();
  await server.restart();
  await expect(verifies(before)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  expect((await fetch(`${server.origin}/oidc/session/end?${logout.toString()}`)).status).toBe(400);
});
