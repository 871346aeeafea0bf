import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/test/start-test-server.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { enrolInBrowser } from '../support/enrol-in-browser.ts';
import { press, refusal, screen } from '../support/walk-through.ts';

let server: TestServer;
let browser: CitizenBrowser;

beforeAll(async () => {
  server = await startTestServer({ VISAVIS_SITE_DIR: fileURLToPath(new URL('../../apps/web/dist', import.meta.url)) });
  browser = await openCitizenBrowser('denied');
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it('a browser that keeps no cookies is told why nobody is signed in, and is signed in once it keeps them', async () => {
  const { page } = browser;
  await enrolInBrowser(server, page);
  await page.goto(`${server.origin}/account`);
  await screen(page, 'account-sign-in');
  await page.route('**/api/session', async (route) => {
    const answer = await route.fetch();
    const { 'set-cookie': _, ...headers } = answer.headers();
    await page.context().clearCookies();
    await route.fulfill({ response: answer, headers });
  });
  await press(page, 'Sign in with my passkey');
  expect(await refusal(page)).toBe('BROWSER_NO_COOKIES');
  await page.unroute('**/api/session');
  await press(page, 'Sign in with my passkey');
  await screen(page, 'account');
});
