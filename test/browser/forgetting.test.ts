import { readFile } from 'node:fs/promises';
import { receiptFile } from '@visavis/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { enterByFaceDoor, faceTheCamera, honestlySees, makeDemoPassport, press, screen } from '../support/walk-through.ts';

/** What the citizen sees of the forgetting: receipts, their own history, what the log says of them, and the end. */

let system: System;
let browser: CitizenBrowser | undefined;

beforeAll(async () => {
  system = await startSystem({ ports: 'free', booths: 1 });
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

async function signInToTaxOffice(page: Page, isFirst: boolean): Promise<void> {
  await page.context().clearCookies({ domain: new URL(system.taxOfficeUrl).hostname });
  await page.goto(system.taxOfficeUrl);
  await press(page, 'Sign in with Visavis');
  await screen(page, 'sign-in');
  await press(page, 'Continue with my passkey');
  if (isFirst) {
    await screen(page, 'sign-in-consent');
    await press(page, 'Agree and continue');
  }
  await page.getByTestId('name').waitFor();
}

async function openAccount(page: Page): Promise<void> {
  await page.goto(`${system.siteUrl}/account`);
  await page.locator('[data-screen="account"], [data-screen="account-sign-in"]').first().waitFor();
  if ((await page.locator('[data-screen="account-sign-in"]').count()) > 0) await press(page, 'Sign in with my passkey');
  await screen(page, 'account');
}

const history = (page: Page, state: string): Promise<void> => page.locator(`[data-history="${state}"]`).waitFor();
const entries = (page: Page) => page.locator('[data-history-entry]');

/** What the page hands over as a file. */
async function downloaded(page: Page, button: string): Promise<unknown> {
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, button)]);
  return JSON.parse(await readFile(await download.path(), 'utf8')) as unknown;
}

it('a citizen gets a receipt, reads their own history and their entries in the log, and ends it all with a second receipt', async () => {
  const citizen = await castMember(3);
  browser = await openCitizenBrowser({ presenter: citizen.presenter(5) });
  const { page, look } = browser;

  // Taken back before anything was decided: the sealed room's receipt says so.
  await enterByFaceDoor(page, system.siteUrl);
  await makeDemoPassport(page, { givenNames: 'Dora', familyName: 'Diaz' });
  const places = [3, 2];
  await page.route('**/api/enrolments', (route) => {
    const place = places.shift();
    return place === undefined ? route.continue() : route.fulfill({ status: 202, json: { queued: { place, estimateMs: 150_000, askAgainAfterMs: 1500 } } });
  });
  await press(page, 'Read the chip');
  await page.locator('[data-queue-place="3"]').waitFor();
  expect(await page.locator('[data-queue-place] [aria-live="polite"]').innerText()).toBe('There are 2 people before you. It takes about 3 minutes, most likely less.');
  await page.locator('[data-queue-place="2"]').waitFor();
  await look('39-queue');
  await screen(page, 'camera');
  await press(page, 'Stop and take back my consent');
  await screen(page, 'withdrawn');
  await page.locator('[data-receipt="verified"]').waitFor();
  expect(await page.locator('[data-receipt]').innerText()).toContain('You took back your consent.');
  await look('40-withdrawn-receipt');

  await enterByFaceDoor(page, system.siteUrl);
  await makeDemoPassport(page, { givenNames: 'Dora', familyName: 'Diaz' });
  await faceTheCamera(page);
  await honestlySees(page, '[data-screen="result"]');
  await press(page, 'Create my passkey');
  await screen(page, 'account');
  await page.locator('[data-receipt="verified"]').waitFor();
  expect(await page.locator('[data-receipt]').innerText()).toContain('It said yes.');
  expect(receiptFile.safeParse(await downloaded(page, 'Download the receipt')).success).toBe(true);

  await history(page, 'off');
  await press(page, 'Switch on my history');
  const code = (await page.locator('[data-recovery-code]').getAttribute('data-recovery-code')) ?? '';
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
  await look('41-recovery-code');
  await page.emulateMedia({ media: 'print' });
  expect([await page.locator('[data-recovery-code]').isVisible(), await page.locator('h1').isVisible(), await page.getByText('DIAZ', { exact: true }).isVisible()]).toEqual([true, false, false]);
  await browser.photograph('41-recovery-code-print');
  await page.emulateMedia({ media: null });
  expect(await page.getByRole('button', { name: 'Switch on with my passkey and this code' }).isDisabled()).toBe(true);
  await page.getByText('I have kept it', { exact: true }).click();
  await press(page, 'Switch on with my passkey and this code');
  await history(page, 'open');
  expect(await entries(page).count()).toBe(0);

  await signInToTaxOffice(page, true);
  await openAccount(page);
  await history(page, 'locked');
  expect(await entries(page).count()).toBe(0);
  await press(page, 'Open with my passkey');
  await history(page, 'open');
  expect(await entries(page).allInnerTexts()).toEqual([expect.stringMatching(/^Utopia Tax Office\n.+ at http:\/\/localhost:\d+\nYou let it see: /)]);
  await look('42-history');

  // On paper only: another browser would do, the passkey is not asked.
  await press(page, 'Close');
  await press(page, 'Open with my code');
  await page.getByLabel('Your printed code').fill(code.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
  await press(page, 'Open');
  await page.locator('[data-fault-code="HISTORY_CODE_MISTYPED"]').waitFor();
  await page.getByLabel('Your printed code').fill(code.toLowerCase().replaceAll('-', ' '));
  await press(page, 'Open');
  await history(page, 'open');
  expect(await entries(page).count()).toBe(1);

  await press(page, 'Show the entries');
  await page.locator('[data-log-entry="identityMade"]').waitFor();
  expect(await page.locator('[data-log-entry]').evaluateAll((rows) => rows.map((row) => `${row.getAttribute('data-log-entry')} ${row.getAttribute('data-proven')}`))).toEqual(['identityMade true', 'deviceAdded true']);
  await look('43-account');

  await page.getByRole('link', { name: 'Check our promises' }).click();
  await screen(page, 'proofs');
  await page.locator('[data-checkpoint]').waitFor();
  await look('44-proofs');

  await openAccount(page);
  await press(page, 'Erase my identity');
  await look('45-erasure');
  await press(page, 'Erase for good, with my passkey');
  await screen(page, 'erased');
  await page.locator('[data-receipt="verified"]').waitFor();
  expect(receiptFile.safeParse(await downloaded(page, 'Download the receipt')).success).toBe(true);
  await look('46-erased');
  await page.goto(`${system.siteUrl}/account`);
  await screen(page, 'account-sign-in');
  await press(page, 'Sign in with my passkey');
  await page.locator('[data-fault-code="SIGN_IN_PASSKEY_REFUSED"]').waitFor();
});

it('one person has one identity: a second passport is refused, and moves the identity when its own passkey confirms', async () => {
  await browser?.close();
  const citizen = await castMember(1);
  browser = await openCitizenBrowser({ presenter: citizen.presenter(2) });
  const { page, look } = browser;
  const faceWith = async (): Promise<void> => {
    await enterByFaceDoor(page, system.siteUrl);
    await makeDemoPassport(page, { givenNames: 'Boris', familyName: 'Bern' });
    await faceTheCamera(page);
    await honestlySees(page, '[data-screen="result"]');
  };
  await faceWith();
  await press(page, 'Create my passkey');
  await screen(page, 'account');
  const first = await page.getByText(/^Passport /).innerText();

  // Two passkeys for one site: a browser asks which; the virtual authenticator takes the newest, so that one must go.
  await faceWith();
  await press(page, 'Create my passkey');
  await page.locator('[data-fault-code="IDENTITY_PERSON_ALREADY_ENROLLED"]').waitFor();
  await look('47-renewal-offered');
  await browser.forgetNewestPasskey();
  await press(page, 'I renewed my passport: confirm with the passkey I have');
  await screen(page, 'camera');
  await press(page, 'Start the camera');
  await press(page, 'I am ready');
  await honestlySees(page, '[data-screen="result"]');
  await press(page, 'Confirm with my passkey');
  await screen(page, 'account');
  expect(await page.getByText(/^Passport /).innerText()).not.toBe(first);
  await press(page, 'Show the entries');
  await page.locator('[data-log-entry="identityRenewed"][data-proven="true"]').waitFor();
});
