import { afterAll, beforeAll, expect, it } from 'vitest';
import { castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { enterByFaceDoor, faceTheCamera, honestlySees, makeDemoPassport, press, screen } from '../support/walk-through.ts';

/** The beginning of a recovery with everything real: sealed room, chip, camera, face. What follows is in recovery.test.ts. */

let system: System;
let browser: CitizenBrowser | undefined;

beforeAll(async () => {
  system = await startSystem({ ports: 'free', booths: 1 });
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

it('a citizen who lost their passkey shows the same passport and face again, and has to wait', async () => {
  const citizen = await castMember(1);
  browser = await openCitizenBrowser({ presenter: citizen.presenter(2) });
  const { page, look } = browser;
  await enterByFaceDoor(page, system.siteUrl);
  await makeDemoPassport(page, { givenNames: 'Boris', familyName: 'Bern' });
  await faceTheCamera(page);
  await honestlySees(page, '[data-screen="result"]');
  await press(page, 'Create my passkey');
  await screen(page, 'account');
  await press(page, 'Sign out');
  await browser.forgetNewestPasskey();

  await page.getByRole('link', { name: 'Recover your identity' }).click();
  await screen(page, 'recovery');
  await page.getByRole('link', { name: 'Begin: show passport and face' }).click();
  await screen(page, 'consent');
  for (const agreement of ['Compare my face', 'Make my digital identity']) await page.getByText(agreement, { exact: true }).click();
  await press(page, 'I agree, continue');
  await screen(page, 'passport');
  expect(await page.getByText('I renewed my passport', { exact: true }).count()).toBe(0);
  await faceTheCamera(page);
  await honestlySees(page, '[data-screen="result"]');
  await press(page, 'Create my passkey');
  await screen(page, 'recovery-waits');
  await page.locator('[data-receipt="verified"]').waitFor();
  await look('68-recovery-begun');
  await page.getByRole('link', { name: 'Recover your identity' }).click();
  await press(page, 'Go on with my new passkey');
  await page.getByText('Nobody has stopped your recovery.').waitFor();
  await page.goto(`${system.siteUrl}/account`);
  await press(page, 'Sign in with my passkey');
  await page.locator('[data-fault-code^="SIGN_IN_PASSKEY_"]').waitFor();
});
