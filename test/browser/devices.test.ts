import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/test/start-test-server.ts';
import { repositoryRoot } from '../../apps/cli/src/system/start-system.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { enrolInBrowser } from '../support/enrol-in-browser.ts';
import { press, refusal, screen } from '../support/walk-through.ts';

let server: TestServer;
const browsers: CitizenBrowser[] = [];

beforeAll(async () => {
  server = await startTestServer({ VISAVIS_SITE_DIR: join(repositoryRoot, 'apps/web/dist') });
});
afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.close();
});
afterAll(() => server?.stop());

async function newBrowser(passkeys: 'asked' | 'offered' = 'asked'): Promise<CitizenBrowser> {
  const browser = await openCitizenBrowser('denied', undefined, passkeys);
  browsers.push(browser);
  return browser;
}

async function openAccount(page: Page): Promise<void> {
  await page.goto(`${server.origin}/account`);
  await screen(page, 'account-sign-in');
  await press(page, 'Sign in with my passkey');
  await screen(page, 'account');
}

it('a citizen adds a second device by its code, names it, locks and removes it, and freezes and thaws the identity', async () => {
  const [first, second] = [await newBrowser(), await newBrowser()];
  await enrolInBrowser(server, first.page);
  await openAccount(first.page);
  await press(first.page, 'Switch on my history');
  await press(first.page, 'Switch on without a code');
  await first.page.locator('[data-history="open"]').waitFor();

  await press(first.page, 'Add a device');
  const code = (await first.page.locator('[data-code]').getAttribute('data-code'))!;
  await first.page.locator('svg .qr-dark').waitFor();
  await first.look('50-devices-code');

  await second.page.goto(`${server.origin}/add-device`);
  await screen(second.page, 'add-device');
  await second.page.getByLabel('The code').fill('too short');
  await press(second.page, 'Continue');
  await second.page.getByText('The code has twelve letters and digits.').waitFor();
  await second.look('51-add-device');
  await second.page.goto(`${server.origin}/add-device#${code}`);
  await second.page.reload();
  await screen(second.page, 'add-device-passkey');
  expect(second.page.url()).toBe(`${server.origin}/add-device`);
  await second.look('52-add-device-passkey');
  await press(second.page, 'Make a passkey on this device');
  await screen(second.page, 'add-device-compare');
  await second.look('53-add-device-compare');
  const number = await second.page.locator('[data-number]').getAttribute('data-number');
  await first.page.locator(`[data-number="${number!}"]`).waitFor();
  await first.look('54-devices-compare');
  await press(first.page, 'Yes, the same: let it in');
  await screen(second.page, 'add-device-added');
  await second.look('55-add-device-added');
  await press(second.page, 'Try it: open my account');
  await screen(second.page, 'add-device-joined');
  await second.page.getByText('it opens your history').waitFor();
  await second.page.getByRole('link', { name: 'Go to my account' }).click();
  await screen(second.page, 'account');
  await press(second.page, 'Open with my passkey');
  await second.page.locator('[data-history="open"]').waitFor();

  await first.page.locator('[data-device="Device 2"]').waitFor();
  await press(first.page, 'Change Device 2');
  await first.page.getByLabel('Name of this device').fill('Old phone');
  await press(first.page, 'Save the name');
  await first.page.locator('[data-device="Old phone"]').waitFor();
  await first.look('56-devices-change');
  await press(first.page, 'For 1 day: lock Old phone');
  await first.page.getByText(/^Locked until /).waitFor();
  await first.look('57-devices-locked');
  await second.page.reload();
  await screen(second.page, 'account-sign-in');
  await press(second.page, 'Sign in with my passkey');
  expect(await refusal(second.page)).toBe('SIGN_IN_PASSKEY_LOCKED');
  await second.look('58-devices-locked-refused');
  await press(first.page, 'Unlock Old phone');
  await first.page.getByText('Unlocked.').waitFor();

  const recovery = 'Getting back in after losing all devices';
  await press(first.page, `Lock: ${recovery}`);
  await press(first.page, `Until I unlock it: lock ${recovery}`);
  await first.page.locator('[data-method="recovery"]').getByText('Locked until you unlock it').waitFor();
  await press(first.page, 'Freeze my identity');
  await first.page.locator('[data-frozen]').waitFor();
  await first.look('59-frozen');
  await openAccount(second.page);
  await press(second.page, 'Lift the freeze, with my passkey');
  await second.page.getByText('The freeze is lifted.').waitFor();
  await second.page.locator('[data-frozen]').waitFor({ state: 'detached' });

  await press(second.page, 'Change Device 1');
  await press(second.page, 'Remove Device 1');
  await press(second.page, 'Remove it, with my passkey');
  await second.page.locator('[data-devices="1"]').waitFor();
  await openAccountRefused(first.page, 'SIGN_IN_PASSKEY_REFUSED');
});

it('a passkey is offered in the field, without a button: on the account page and for a service', async () => {
  const { page, look } = await newBrowser('offered');
  await page.addInitScript(() => {
    const asked: unknown[] = ((globalThis as unknown as { asked: unknown[] }).asked = []);
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = async (options) => {
      // The answer waits until the test has looked, as it waits for a person.
      asked.push([options?.mediation, options?.publicKey?.allowCredentials?.length]);
      await new Promise((resolve) => addEventListener('taken', resolve, { once: true }));
      return get(options);
    };
  });
  const offered = () => page.waitForFunction(() => (globalThis as unknown as { asked: unknown[] }).asked[0]);
  const take = () => page.evaluate(() => dispatchEvent(new Event('taken')));
  await enrolInBrowser(server, page);
  await page.goto(`${server.origin}/account`);
  // Any passkey of this site that the device can find by itself: none is named.
  expect(await (await offered()).jsonValue()).toEqual(['conditional', 0]);
  expect(await page.getByLabel('Your passkey').getAttribute('autocomplete')).toBe('username webauthn');
  await look('60-passkey-offered');
  await take();
  await screen(page, 'account');

  await page.goto(`${server.origin}/oidc/auth?${new URLSearchParams({ client_id: 'tax-office', redirect_uri: `${server.taxOfficeOrigin}/callback`, response_type: 'code', scope: 'openid given_name', state: 's', nonce: 'n', code_challenge: 'A'.repeat(43), code_challenge_method: 'S256' }).toString()}`);
  await screen(page, 'sign-in');
  expect(await (await offered()).jsonValue()).toEqual(['conditional', 0]);
  await look('61-passkey-offered-service');
  await take();
  await screen(page, 'sign-in-consent');
});

async function openAccountRefused(page: Page, code: string): Promise<void> {
  await page.goto(`${server.origin}/account`);
  await screen(page, 'account-sign-in');
  await press(page, 'Sign in with my passkey');
  expect(await refusal(page)).toBe(code);
}
