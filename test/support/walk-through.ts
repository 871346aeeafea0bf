import type { Page } from 'playwright-core';

/** Long enough for a sealed room, a chip and a script on a busy machine. */
const SCREEN_MS = 150_000;

export const screen = (page: Page, name: string): Promise<void> => page.locator(`[data-screen="${name}"]`).waitFor({ timeout: SCREEN_MS });

/** Waits for what an honest citizen sees next; a refusal instead is told by its code at once. */
export async function honestlySees(page: Page, selector: string): Promise<void> {
  const refused = page.locator('[data-fault-code]');
  await page.locator(selector).or(refused).first().waitFor({ timeout: SCREEN_MS });
  if ((await refused.count()) > 0) throw new Error(`refused: ${(await refused.first().getAttribute('data-fault-code')) ?? ''}`);
}

export const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** From the first page to a consented passport screen. */
export async function enterByFaceDoor(page: Page, siteUrl: string): Promise<void> {
  await page.goto(siteUrl);
  await screen(page, 'welcome');
  await page.getByRole('link', { name: 'With my face, here and now' }).click();
  await screen(page, 'consent');
  for (const agreement of ['Compare my face', 'Make my digital identity']) await page.getByText(agreement, { exact: true }).click();
  await press(page, 'I agree, continue');
  await screen(page, 'passport');
}

/** @param photo uploaded as one's picture; without it, one is taken with the page's camera. */
export async function makeDemoPassport(page: Page, holder: { readonly givenNames: string; readonly familyName: string; readonly photo?: Uint8Array }): Promise<void> {
  if (holder.photo === undefined) {
    await press(page, 'Use my camera');
    await press(page, 'Take the picture');
  } else {
    await page.getByLabel('Upload a photo').setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(holder.photo) });
  }
  await page.getByLabel('Given names').fill(holder.givenNames);
  await page.getByLabel('Family name').fill(holder.familyName);
  await page.getByLabel('Day').first().fill('14');
  await page.getByLabel('Month').first().fill('5');
  await page.getByLabel('Year').first().fill('1990');
  await press(page, 'Issue my demo passport');
  await page.getByText('Its chip answers as if it lay on a reader.').waitFor();
}

/** Says which movements to leave out, by the words on the page. */
export async function leaveOut(page: Page, movements: string): Promise<void> {
  const choice = page.getByRole('group', { name: 'What should we leave out?' });
  if (!(await choice.isVisible())) await page.getByText('I cannot do all movements', { exact: true }).click();
  await choice.getByRole('radio', { name: movements }).check();
}

/** Chip and camera, until the page says what was decided or refuses a step. */
export async function faceTheCamera(page: Page, leavingOut?: string): Promise<void> {
  await press(page, 'Read the chip');
  await screen(page, 'camera');
  if (leavingOut !== undefined) await leaveOut(page, leavingOut);
  await press(page, 'Start the camera');
  await press(page, 'I am ready');
}

/** The one refusal that the page shows, by its code; it must say in words what it means and what to do next, and offer to do it. */
export async function refusal(page: Page): Promise<string> {
  const panels = page.locator('[data-fault-code]');
  await panels.first().waitFor({ timeout: SCREEN_MS });
  const codes = await panels.evaluateAll((shown) => shown.map((panel) => panel.getAttribute('data-fault-code')));
  const sentences = (await panels.first().locator('h2, h2 + p').allInnerTexts()).filter((words) => /^[A-Z].{10,}\.$/.test(words));
  if (sentences.length !== 2) throw new Error(`${codes.join()} is not explained`);
  if ((await page.locator('main').locator('button, a').count()) === 0) throw new Error(`${codes.join()} is a dead end`);
  return codes.join(' and ');
}
