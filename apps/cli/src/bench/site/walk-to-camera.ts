import type { Page } from 'playwright-core';
import { castMember } from '../../citizen/cast-member.ts';

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
const see = (page: Page, screen: string): Promise<void> => page.locator(`[data-screen="${screen}"]`).waitFor();

/**
 * A made-up citizen from the first page until the camera is asked for.
 * @param onStep as each screen stands; the demonstration's own passport maker is `passport-maker`
 */
export async function walkToCamera(page: Page, siteUrl: string, onStep: (step: 'welcome' | 'consent' | 'passport-maker' | 'passport' | 'camera') => Promise<void> | void): Promise<void> {
  const { passportOrder } = await castMember(0);
  await page.goto(siteUrl);
  await see(page, 'welcome');
  await page.waitForLoadState('networkidle');
  await onStep('welcome');
  await page.getByRole('link', { name: 'With my face, here and now' }).click();
  await see(page, 'consent');
  await onStep('consent');
  for (const agreement of ['Compare my face', 'Make my digital identity']) await page.getByText(agreement, { exact: true }).click();
  await press(page, 'I agree, continue');
  await page.getByLabel('Upload a photo').waitFor();
  await onStep('passport-maker');
  await page.getByLabel('Upload a photo').setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(passportOrder.portrait, 'base64') });
  await page.getByLabel('Given names').fill('Anna');
  await page.getByLabel('Family name').fill('Alma');
  await page.getByLabel('Day').first().fill('14');
  await page.getByLabel('Month').first().fill('5');
  await page.getByLabel('Year').first().fill('1990');
  await press(page, 'Issue my demo passport');
  await page.getByRole('button', { name: 'Read the chip' }).waitFor();
  await onStep('passport');
  await press(page, 'Read the chip');
  await see(page, 'camera');
  await onStep('camera');
}
