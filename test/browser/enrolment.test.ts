import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { byKeyboard } from '../support/keyboard.ts';
import { assertAccessible } from '../support/assert-accessible.ts';
import { enterByFaceDoor, faceTheCamera, honestlySees, leaveOut, makeDemoPassport, press, refusal, screen } from '../support/walk-through.ts';

let system: System;
let browser: CitizenBrowser | undefined;

afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

beforeAll(async () => {
  system = await startSystem({ ports: 'free', booths: 1 });
});

afterAll(async () => {
  await system?.stop();
});

describe('a citizen in a browser', () => {
  it('enrols with their own picture and face, makes a passkey, signs in to the tax office, and takes the consent back', async () => {
    const citizen = await castMember(2);
    browser = await openCitizenBrowser({ presenter: citizen.presenter(7) });
    const { page, look } = browser;

    await page.goto(system.siteUrl);
    await screen(page, 'welcome');
    await look('01-welcome');
    await page.getByRole('link', { name: 'With my face, here and now' }).click();
    await screen(page, 'consent');
    await look('02-agreement');
    await enterByFaceDoor(page, system.siteUrl);
    await look('03-passport');
    await makeDemoPassport(page, { givenNames: 'Chloé', familyName: "D'Arc" });
    await look('04-passport-ready');
    await press(page, 'Read the chip');
    await screen(page, 'camera');
    await look('05-camera-asked-for');
    await leaveOut(page, 'Nothing');
    await look('05-movements');
    await press(page, 'Start the camera');
    await honestlySees(page, '[data-capture-phase="framing"]');
    await look('06-framing');
    await press(page, 'I am ready');
    const { photograph } = browser;
    await Promise.all([
      honestlySees(page, '[data-prompt="turnLeft"], [data-prompt="turnRight"]').then(() => photograph('07-camera')),
      honestlySees(page, '[data-screen-light]').then(() => photograph('07-light', 'screen')),
    ]);
    await honestlySees(page, '[data-screen="result"]');
    expect(await page.locator('[data-outcome]').getAttribute('data-outcome')).toBe('accept');
    await look('08-result');
    await press(page, 'Create my passkey');
    await screen(page, 'account');
    await look('09-account');
    expect(await page.title()).toBe('Welcome, Chloe – Visavis');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('Chlo');

    await page.goto(system.taxOfficeUrl);
    await look('10-tax-office');
    expect(await page.title()).toBe('Your taxes – Utopia Tax Office');
    const icon = await page.request.get(new URL((await page.locator('link[rel="icon"]').getAttribute('href')) ?? 'favicon.ico', system.taxOfficeUrl).href);
    expect(icon.headers()).toMatchObject({ 'content-type': 'image/svg+xml' });
    await press(page, 'Sign in with Visavis');
    await screen(page, 'sign-in');
    await look('11-sign-in');
    await press(page, 'Continue with my passkey');
    await screen(page, 'sign-in-consent');
    await look('12-consent');
    await press(page, 'Agree and continue');
    await page.getByTestId('name').waitFor();
    await look('13-signed-in');
    expect((await page.getByTestId('name').innerText()).toUpperCase()).toBe('CHLOE DARC');
    expect(await page.getByTestId('birthdate').innerText()).toContain('1990');

    await page.goto(`${system.siteUrl}/account`);
    await screen(page, 'account');
    await look('14-account-with-service');
    await page.locator('[data-service="tax-office"] summary').click();
    await page.getByRole('button', { name: 'Take it all back: what Utopia Tax Office may see' }).click();
    await page.getByText('None yet.').waitFor();
  });

  it('stops the colours, which cover all but their words, and enrols without them', async () => {
    const citizen = await castMember(1);
    browser = await openCitizenBrowser({ presenter: citizen.presenter(4) }, { width: 320, height: 568 });
    const { page, photograph, holdStill } = browser;
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await enterByFaceDoor(page, system.siteUrl);
    await makeDemoPassport(page, { givenNames: 'Boris', familyName: 'Berg' });
    await faceTheCamera(page);
    await honestlySees(page, '[data-screen-light]');
    await holdStill(async () => {
      await photograph('32-light-narrow', 'screen');
      await assertAccessible(page, 'the light');
      // Seen from its corners the screen is a lamp, and behind it there is nothing to press.
      expect(await page.evaluate(() => [[2, 2], [innerWidth - 3, 2], [2, innerHeight - 3], [innerWidth - 3, innerHeight - 3]].every(([x, y]) => document.elementFromPoint(x!, y!)?.matches('[data-screen-light]') === true))).toBe(true);
      expect(await page.getByRole('button').allInnerTexts()).toEqual(['Stop the colours']);
      expect(await page.getByRole('alert').innerText()).toBe('Keep still and face the screen while its colour changes');
      await press(page, 'Stop the colours');
      await page.locator('[data-screen-light]').waitFor({ state: 'detached' });
    });
    // Whatever the script saw until then: it was not finished.
    expect(await refusal(page)).toMatch(/^FACE_(LIVENESS_TIMEOUT|NOT_LIVE)$/);
    expect(await page.locator('[data-screen-light]').count()).toBe(0);
    await leaveOut(page, 'I am sensitive to flashing light');
    await assertAccessible(page, 'another way');
    await photograph('33-another-way');
    await press(page, 'Try again');
    await press(page, 'I am ready');
    let lit = false;
    void page.locator('[data-screen-light]').waitFor({ timeout: 0 }).then(() => (lit = true), () => undefined);
    await honestlySees(page, '[data-screen="result"]');
    expect([await page.locator('[data-outcome]').getAttribute('data-outcome'), lit]).toEqual(['accept', false]);
  });

  it('enrols on a narrow, dark screen with nothing but the keyboard, always seeing where it is', async () => {
    const citizen = await castMember(0);
    browser = await openCitizenBrowser({ presenter: citizen.presenter(3) }, { width: 390, height: 844 });
    const { page } = browser;
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    const keys = byKeyboard(page);
    await page.goto(system.siteUrl);
    await screen(page, 'welcome');
    await keys.press('With my face, here and now');
    await screen(page, 'consent');
    await keys.tick('Compare my face');
    await keys.tick('Make my digital identity');
    await keys.press('I agree, continue');
    await screen(page, 'passport');
    await keys.press('Use my camera');
    await keys.press('Take the picture');
    for (const [field, typed] of [['Given names', 'Anna'], ['Family name', 'Alma'], ['Day', '14'], ['Month', '5'], ['Year', '1990']] as const) await keys.type(field, typed);
    await keys.press('Issue my demo passport');
    await page.getByText('Its chip answers as if it lay on a reader.').waitFor();
    await keys.press('Read the chip');
    await screen(page, 'camera');
    await keys.press('Start the camera');
    await honestlySees(page, '[data-capture-phase="framing"]');
    await keys.press('I am ready');
    await honestlySees(page, '[data-prompt-index="1"]');
    await browser.photograph('30-narrow-camera', 'screen');
    await honestlySees(page, '[data-screen="result"]');
    await keys.press('Create my passkey');
    await screen(page, 'account');
    await browser.photograph('31-narrow-account');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Welcome, Anna');
  });
});
