import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/test/start-test-server.ts';
import { assertAccessible } from '../support/assert-accessible.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { enrolInBrowser } from '../support/enrol-in-browser.ts';
import { press, screen } from '../support/walk-through.ts';

/** What takes longer than two seconds shows that it goes on: the server is made to answer late, and each wait is looked at. */

const LATE_MS = 2500;
const SEEN_WITHIN_MS = 2000;

let server: TestServer;
let browser: CitizenBrowser;
let page: Page;

beforeAll(async () => {
  server = await startTestServer({ VISAVIS_SITE_DIR: fileURLToPath(new URL('../../apps/web/dist', import.meta.url)) });
  browser = await openCitizenBrowser('denied');
  page = browser.page;
  await enrolInBrowser(server, page);
  await page.route('**/api/**', async (route) => {
    await new Promise((resolve) => {
      setTimeout(resolve, LATE_MS);
    });
    await route.continue();
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const progress = (): Promise<void> => page.locator('[data-waiting="true"], [data-screen="loading"]').first().waitFor({ timeout: SEEN_WITHIN_MS });
const over = (): Promise<void> => page.locator('[data-waiting="false"]').waitFor({ state: 'attached' });

it('a page that opens, a sign-in, the proofs of the log, and an erasure each show that they go on, and stop saying so', async () => {
  await page.goto(`${server.origin}/account`, { waitUntil: 'commit' });
  await progress();
  await screen(page, 'account-sign-in');
  await over();
  await press(page, 'Sign in with my passkey');
  await progress();
  await assertAccessible(page, 'a long wait');
  await browser.photograph('80-waiting', 'screen');
  await screen(page, 'account');
  await over();
  for (const name of ['Show the entries', 'Erase my identity']) {
    await press(page, name);
    if (name === 'Erase my identity') await press(page, 'Erase for good, with my passkey');
    await progress();
    await over();
  }
  await screen(page, 'erased');
  expect(await page.locator('[data-fault-code]').count()).toBe(0);
});
