import { createService } from '@visavis/service-sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { enterByFaceDoor, faceTheCamera, honestlySees, makeDemoPassport, press, screen } from '../support/walk-through.ts';

let system: System;
let browser: CitizenBrowser;

beforeAll(async () => {
  system = await startSystem({ ports: 'free', booths: 1 });
  browser = await openCitizenBrowser({ presenter: (await castMember(2)).presenter(7) });
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

it('a citizen opens an account at a bank, keeps one detail back, and leaves', async () => {
  const { page, look } = browser;
  await enterByFaceDoor(page, system.siteUrl);
  await makeDemoPassport(page, { givenNames: 'Zoé Anne-Marie', familyName: "O'Neill" });
  await faceTheCamera(page);
  await honestlySees(page, '[data-screen="result"]');
  await press(page, 'Create my passkey');
  await screen(page, 'account');

  await page.goto(system.bankUrl);
  await look('60-bank');
  await press(page, 'Continue with Visavis');
  await screen(page, 'sign-in');
  await press(page, 'Continue with my passkey');
  await screen(page, 'sign-in-consent');
  expect(await page.locator('[data-voluntary-claim]').count()).toBe(1);
  expect(await page.locator('[data-voluntary-claim="nationality"] input').isChecked()).toBe(false);
  await look('61-bank-consent');
  await press(page, 'Agree and continue');
  await page.getByText('Your account is open.').waitFor();
  const shown = (testId: string): Promise<string> => page.getByTestId(testId).innerText();
  expect(await shown('given-name')).toBe('ZOE ANNE MARIE');
  expect(await shown('nationality')).toBe('You did not tell us, which is fine');
  await look('62-bank-account');
  await press(page, 'Sign out here and at Visavis');
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  expect(page.url()).toBe(`${system.bankUrl}/signed-out`);
  await look('63-bank-signed-out');
});

it('everybody sees which services there are, and a developer adds their own, which says that nobody checked it', async () => {
  const { page, look } = browser;
  await page.goto(`${system.siteUrl}/developers`);
  await screen(page, 'developers');
  await press(page, 'Register');
  await page.getByText('SANDBOX_REGISTRATION_REFUSED').waitFor();
  await look('64-developers-refused');
  const redirectUri = 'http://localhost:4998/callback';
  await page.getByLabel('Name of your service').fill('My own shop');
  await page.getByLabel('Where people come back to').fill(redirectUri);
  await page.getByLabel('What you want to know it for').fill('To know that you are of age.');
  await page.locator('label', { hasText: 'age_over_18' }).click();
  await press(page, 'Register');
  await screen(page, 'developers-done');
  await look('65-developers-done');
  const [issuer, clientId, clientSecret] = await page.locator('dd').allInnerTexts();

  await page.goto(`${system.siteUrl}/services`);
  await page.locator(`[data-service="${clientId}"]`).waitFor();
  expect(await page.locator('[data-service]').count()).toBeGreaterThan(3);
  expect(await page.locator(`[data-service="${clientId}"]`).innerText()).toContain('The state has not checked');
  expect(await page.locator('[data-service="bank"]').innerText()).not.toContain('The state has not checked');
  await look('66-services');

  await page.route(`${redirectUri}**`, async (route) => route.fulfill({ body: 'back at the shop' }));
  const shop = createService({ issuer: issuer!, clientId: clientId!, redirectUri, authentication: { method: 'client_secret_basic', clientSecret: clientSecret! }, lowestLevel: 'eidas1', claims: { essential: ['age_over_18'], voluntary: [] }, userinfo: 'json', decryptionKeys: [] });
  const begun = await shop.beginSignIn();
  if (!begun.ok) throw new Error(begun.fault.code);
  await page.goto(begun.value.redirectTo.href);
  await screen(page, 'sign-in');
  expect(await page.locator('.notice').innerText()).toContain('The state has not checked');
  await look('67-unchecked-service');
  await press(page, 'Continue with my passkey');
  await screen(page, 'sign-in-consent');
  await press(page, 'Agree and continue');
  await page.getByText('back at the shop').waitFor();
  expect(await shop.completeSignIn(new URL(page.url()), begun.value.pending)).toMatchObject({ ok: true, value: { claims: { age_over_18: true } } });
});
