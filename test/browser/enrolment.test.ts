import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { enterByFaceDoor, faceTheCamera, makeDemoPassport, press, screen } from '../support/walk-through.ts';

let system: System;
let browser: CitizenBrowser | undefined;

beforeAll(async () => {
  system = await startSystem({ ports: 'free', booths: 1 });
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

describe('a citizen in a browser', () => {
  it('enrols with their own picture and face, makes a passkey, signs in to the tax office, and takes the consent back', async () => {
    const citizen = await castMember(2);
    browser = await openCitizenBrowser({ presenter: citizen.presenter(7) });
    const { page } = browser;
    const look = (name: string): Promise<void> => browser!.look(name);

    await page.goto(system.siteUrl);
    await screen(page, 'welcome');
    await look('01-welcome');
    await enterByFaceDoor(page, system.siteUrl);
    await look('02-passport');
    await makeDemoPassport(page, { givenNames: 'Chloé', familyName: "D'Arc" });
    await look('03-passport-ready');
    await faceTheCamera(page);
    await page.locator('[data-prompt="turnLeft"], [data-prompt="turnRight"]').waitFor({ timeout: 90_000 });
    await look('04-camera');
    await screen(page, 'result');
    expect(await page.locator('[data-outcome]').getAttribute('data-outcome')).toBe('accept');
    await look('05-result');
    await press(page, 'Continue');
    await screen(page, 'passkey');
    await look('06-passkey');
    await press(page, 'Create my passkey');
    await screen(page, 'account');
    await look('07-account');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('Chlo');

    await page.goto(system.taxOfficeUrl);
    await look('08-tax-office');
    await press(page, 'Sign in with Visavis');
    await screen(page, 'sign-in');
    await look('09-sign-in');
    await press(page, 'Continue with my passkey');
    await screen(page, 'sign-in-consent');
    await look('10-consent');
    await press(page, 'Agree and continue');
    await page.getByTestId('name').waitFor();
    await look('11-signed-in');
    expect((await page.getByTestId('name').innerText()).toUpperCase()).toBe('CHLOE DARC');
    expect(await page.getByTestId('birthdate').innerText()).toContain('1990');

    await page.goto(`${system.siteUrl}/account`);
    await screen(page, 'account');
    await look('12-account-with-service');
    await page.getByRole('button', { name: 'Take back what Utopia Tax Office may see' }).click();
    await page.getByText('None yet.').waitFor();
  });
});
