import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { inviteAgent } from '@visavis/registry';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/test/start-test-server.ts';
import { repositoryRoot } from '../../apps/cli/src/system/start-system.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { press, screen } from '../support/walk-through.ts';

let server: TestServer;
let browser: CitizenBrowser;
beforeAll(async () => {
  server = await startTestServer({ VISAVIS_SITE_DIR: join(repositoryRoot, 'apps/web/dist') });
  browser = await openCitizenBrowser('denied');
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it('an agent registers by invitation, signs in by passkey and leaves; the invitation is worth nothing afterwards', async () => {
  const { page, look } = browser;
  const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
  const { invitation } = await inviteAgent({ pool: server.database, clock: () => Date.now(), random }, { name: 'Grace Hopper', roles: ['agent', 'reviewer'] });

  await page.goto(`${server.origin}/desk`);
  await screen(page, 'desk-sign-in');
  await look('90-desk-sign-in');

  await page.goto(`${server.origin}/desk#${invitation}`);
  await page.reload();
  await screen(page, 'desk-register');
  expect(page.url()).toBe(`${server.origin}/desk`);
  await look('91-desk-register');
  await press(page, 'Make my passkey');
  await screen(page, 'desk-sign-in');
  await page.getByText('Your passkey is registered.').waitFor();
  await press(page, 'Sign in with my passkey');
  await screen(page, 'desk');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Signed in as Grace Hopper');
  await look('92-desk');
  await page.reload();
  await screen(page, 'desk');
  await press(page, 'Sign out');
  await screen(page, 'desk-sign-in');
  await page.reload();
  await screen(page, 'desk-sign-in');

  await page.goto(`${server.origin}/desk#${invitation}`);
  await page.reload();
  await press(page, 'Make my passkey');
  await page.locator('[data-fault-code="DESK_INVITATION_REFUSED"]').waitFor();
  await look('93-desk-invitation-refused');
});
