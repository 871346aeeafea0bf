import { fileURLToPath } from 'node:url';
import { decodeQR } from 'qr/decode.js';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { testPhone } from '../../apps/server/test/phone.ts';
import { testService } from '../../apps/server/test/relying-party.ts';
import { startTestServer, type TestServer } from '../../apps/server/test/start-test-server.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { enrolInBrowser } from '../support/enrol-in-browser.ts';
import { byKeyboard } from '../support/keyboard.ts';
import { press, refusal, screen } from '../support/walk-through.ts';

/** A computer without a passkey and a phone that has it, each a browser of its own; the phone reads the computer's screen. */
let server: TestServer;
let computer: CitizenBrowser;
let phone: CitizenBrowser;

beforeAll(async () => {
  server = await startTestServer({ VISAVIS_SITE_DIR: fileURLToPath(new URL('../../apps/web/dist', import.meta.url)) });
  computer = await openCitizenBrowser('denied');
  phone = await openCitizenBrowser('denied', { width: 390, height: 844 });
  await enrolInBrowser(server, phone.page);
  // Nobody listens there: what the browser brings is looked at.
  await computer.page.route(`${server.taxOfficeOrigin}/**`, async (route) => route.fulfill({ body: 'back at the service' }));
});
afterEach(() => void vi.useRealTimers());
afterAll(async () => {
  await computer?.close();
  await phone?.close();
  await server?.stop();
});

async function beginOnComputer(): Promise<void> {
  const service = testService(server, { clientId: 'tax-office', redirectUri: `${server.taxOfficeOrigin}/callback`, scope: 'openid given_name birthdate' });
  await computer.page.goto(`${service.issuer}/auth?${service.parameters().query.toString()}`);
  await screen(computer.page, 'sign-in');
  await press(computer.page, 'With my phone');
  await computer.page.locator('.qr svg').waitFor();
}

/** What a phone's camera makes of the screen. */
async function readScreen(page: Page): Promise<string> {
  const { data, info } = await sharp(await page.screenshot()).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return decodeQR({ width: info.width, height: info.height, data });
}

const shownNumber = async (): Promise<string> => /\d\d/.exec(await computer.page.locator('.phone-number').innerText())![0];
const computerSays = (state: string): Promise<void> => computer.page.locator(`[data-phone="${state}"]`).waitFor();

it('a citizen reads the code with their phone, picks the number, confirms there, and is signed in on the computer', async () => {
  await beginOnComputer();
  await computer.look('60-phone-computer-code');
  const address = await readScreen(computer.page);
  expect(address).toMatch(new RegExp(`^${server.origin}/phone#[A-Za-z0-9_-]{22}$`));

  await phone.page.goto(address);
  await phone.page.getByText('Which number does the other screen show?').waitFor();
  expect(new URL(phone.page.url()).hash).toBe('');
  expect(await phone.page.locator('main').innerText()).toContain(`The other screen comes from ${server.taxOfficeOrigin}`);
  for (const words of ['Sign in to Utopia Tax Office?', 'to know who you are', 'Given names', 'Date of birth', 'Only go on if that screen is in front of you.']) expect(await phone.page.locator('main').innerText()).toContain(words);
  await phone.look('61-phone-asks');
  await computerSays('scanned');
  await computer.look('62-phone-computer-scanned');
  await press(phone.page, await shownNumber());
  await screen(phone.page, 'phone-confirm');
  await phone.look('63-phone-confirm');
  await press(phone.page, 'Confirm with my passkey');
  await screen(phone.page, 'phone-end');
  await phone.look('64-phone-done');

  await screen(computer.page, 'sign-in-consent');
  expect(await computer.page.locator('[data-claim="given_name"] dd').innerText()).toBe('ADA');
  await press(computer.page, 'Agree and continue');
  await computer.page.getByText('back at the service').waitFor();
  expect(new URL(computer.page.url()).searchParams.get('code')).toMatch(/^[\w-]{20,}$/);
});

it('the picture moves; one that was photographed before is stale, in words', async () => {
  await beginOnComputer();
  const photographed = await readScreen(computer.page);
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(Date.now() + 5000);
  await expect.poll(() => readScreen(computer.page), { timeout: 20_000 }).not.toBe(photographed);
  vi.setSystemTime(Date.now() + 10_000);
  await phone.page.goto('about:blank');
  await phone.page.goto(photographed);
  expect(await refusal(phone.page)).toBe('SIGN_IN_PHONE_CODE_STALE');
  await phone.look('65-phone-stale');
});

it('a second device that reads it ends it, and both screens say why', async () => {
  await beginOnComputer();
  const address = await readScreen(computer.page);
  expect((await testPhone(server.origin).scan(new URL(address).hash.slice(1))).status).toBe(200);
  await phone.page.goto('about:blank');
  await phone.page.goto(address);
  expect(await refusal(phone.page)).toBe('SIGN_IN_PHONE_SCANNED_TWICE');
  await computerSays('scannedTwice');
  await computer.look('66-phone-computer-scanned-twice');
});

it('a wrong number ends it; by keyboard there is a new code, and from the phone a no', async () => {
  const keyboard = byKeyboard(computer.page);
  await beginOnComputer();
  await phone.page.goto('about:blank');
  await phone.page.goto(await readScreen(computer.page));
  await phone.page.getByText('Which number does the other screen show?').waitFor();
  const right = await shownNumber();
  const numbers = await phone.page.locator('.phone-numbers button').allInnerTexts();
  expect(numbers).toContain(right);
  await press(phone.page, numbers.find((number) => number !== right)!);
  expect(await refusal(phone.page)).toBe('SIGN_IN_PHONE_NUMBER_WRONG');
  await computerSays('numberWrong');
  await keyboard.press('Show a new code');
  await computerSays('showing');
  await phone.page.goto('about:blank');
  await phone.page.goto(await readScreen(computer.page));
  await byKeyboard(phone.page).press('None of these, stop');
  await screen(phone.page, 'phone-end');
  await computerSays('refused');
  await keyboard.press('Use a passkey on this device');
  await screen(computer.page, 'sign-in');
});
