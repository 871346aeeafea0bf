import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBrowser } from './cookie-jar.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from './start-test-server.ts';
import { answerInteraction, createCitizen } from './test-citizen.ts';

let server: TestServer;
let taxOffice: ChildProcess;
beforeAll(async () => {
  server = await startTestServer();
  taxOffice = spawn(process.execPath, [fileURLToPath(new URL('../../tax-office/src/main.ts', import.meta.url))], {
    env: { PATH: process.env['PATH'], TAX_OFFICE_PORT: new URL(server.taxOfficeOrigin).port, TAX_OFFICE_ISSUER: `${server.origin}/oidc`, TAX_OFFICE_CLIENT_SECRET: SERVICE_SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = await new Promise<Buffer>((resolve) => {
    taxOffice.stdout?.once('data', resolve);
  });
  expect(JSON.parse(ready.toString('utf8'))).toMatchObject({ ready: true, url: server.taxOfficeOrigin, pid: taxOffice.pid });
});
afterAll(async () => {
  const ended = new Promise((resolve) => {
    taxOffice.once('exit', resolve);
  });
  taxOffice.kill('SIGTERM');
  expect(await ended).toBe(0);
  await server.stop();
});

it('shows who signed in, and forgets on sign-out', async () => {
  const citizen = createCitizen(server);
  await citizen.enrol();
  const { browser } = citizen;
  const home = (): Promise<string> => browser.fetch(`${server.taxOfficeOrigin}/`).then((page) => page.text());
  expect(await home()).toContain('Sign in with Visavis');
  const toProvider = (await browser.fetch(`${server.taxOfficeOrigin}/sign-in`, { method: 'POST' })).headers.get('location')!;
  const toPage = (await browser.fetch(toProvider)).headers.get('location')!;
  const { returnTo } = await answerInteraction(server, citizen, toPage);
  const toService = (await browser.fetch(returnTo)).headers.get('location')!;
  expect((await browser.fetch(toService)).headers.get('location')).toBe('/');
  const account = await home();
  for (const shown of ['ADA LOVELACE', '1985-12-10', 'Substantial (eIDAS 2)']) expect(account).toContain(shown);
  // The address the browser came back by is spent, for this browser and for any other.
  expect((await createBrowser().fetch(toService)).status).toBe(400);
  await browser.fetch(`${server.taxOfficeOrigin}/sign-out`, { method: 'POST' });
  expect(await home()).not.toContain('LOVELACE');
});

it('says in words that the citizen did not agree', async () => {
  const { browser } = createCitizen(server);
  const toProvider = (await browser.fetch(`${server.taxOfficeOrigin}/sign-in`, { method: 'POST' })).headers.get('location')!;
  const uid = (await browser.fetch(toProvider)).headers.get('location')!.split('/').at(-1)!;
  const { returnTo } = (await (await browser.fetch(`${server.origin}/api/interactions/${uid}/consent`, { json: { agree: false } })).json()) as { returnTo: string };
  const refusal = await browser.fetch((await browser.fetch(returnTo)).headers.get('location')!);
  expect(await refusal.text()).toContain('You chose not to share your details');
});

it('a form of another website, or of one that hides its name, signs nobody in or out', async () => {
  for (const origin of ['https://evil.example', 'null']) {
    for (const path of ['/sign-in', '/sign-out']) expect((await fetch(`${server.taxOfficeOrigin}${path}`, { method: 'POST', headers: { origin }, redirect: 'manual' })).status).toBe(403);
  }
  expect((await fetch(`${server.taxOfficeOrigin}/sign-in`, { method: 'POST', headers: { origin: server.taxOfficeOrigin }, redirect: 'manual' })).status).toBe(303);
});
