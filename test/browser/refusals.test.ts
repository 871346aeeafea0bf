import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStillPresenter } from '@visavis/specimen';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CastMember, castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { writeCameraFile } from '../support/camera-file.ts';
import { type CitizenBrowser, openCitizenBrowser, type PageCamera } from '../support/citizen-browser.ts';
import { enterByFaceDoor, faceTheCamera, makeDemoPassport, press, refusal, screen } from '../support/walk-through.ts';

/**
 * What a citizen sees when something is wrong: one reason by its code, in words, and a way on that works.
 * The honest twin of all of them is the enrolment beside this file.
 */

const HOLDER = { givenNames: 'Elena', familyName: 'Eriksson' };

let system: System;
let member: CastMember;
let folder: string;
let browser: CitizenBrowser | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'visavis-cameras-'));
  member = await castMember(4);
  system = await startSystem({ ports: 'free', booths: 1 });
});

afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const portrait = (): Uint8Array => Buffer.from(member.passportOrder.portrait, 'base64');

/** A browser with a passport of the member's own portrait, made from an uploaded photo. */
async function withPassport(camera: PageCamera): Promise<CitizenBrowser> {
  browser = await openCitizenBrowser(camera);
  await enterByFaceDoor(browser.page, system.siteUrl);
  await makeDemoPassport(browser.page, { ...HOLDER, photo: portrait() });
  return browser;
}

describe('a camera that shows no living holder', () => {
  it('is refused when it shows a still photograph, and the check can be done again in the same sealed room', async () => {
    const y4mFile = join(folder, 'still.y4m');
    writeCameraFile({ file: y4mFile, presenter: createStillPresenter({ citizen: member.citizen, seed: 3 }), prompts: [], durationMs: 20_000 });
    const { page, look } = await withPassport({ y4mFile });
    // Without the light, which it does not answer either.
    await faceTheCamera(page, 'I am sensitive to flashing light');
    expect(await refusal(page)).toBe('FACE_NOT_LIVE');
    await look('20-still-photograph');
    await page.getByText('You can do the prompts one more time.').waitFor();
    await press(page, 'Try again');
    await page.locator('[data-capture-phase="framing"]').waitFor();
    expect(await page.locator('[data-fault-code]').count()).toBe(0);
  });

  it('is refused when it plays an earlier recording of the holder, who followed other prompts', async () => {
    // A turn every few seconds and nothing else: whatever this enrolment asks, two of its movements will be wrong ones.
    const turnEveryMs = 3600;
    const prompts = (['turnLeft', 'turnRight', 'turnLeft', 'turnRight', 'turnLeft', 'turnRight'] as const).flatMap((action, i) => [
      { action, atMs: i * turnEveryMs },
      { action: 'lookAhead' as const, atMs: i * turnEveryMs + 1800 },
    ]);
    const y4mFile = join(folder, 'recording.y4m');
    writeCameraFile({ file: y4mFile, presenter: member.presenter(5), prompts, durationMs: prompts.length * (turnEveryMs / 2) });
    const { page } = await withPassport({ y4mFile });
    // Without the light, which alone would refuse it.
    await faceTheCamera(page, 'I am sensitive to flashing light');
    expect(await refusal(page)).toBe('FACE_LIVENESS_WRONG_ACTION');
    await press(page, 'Try again');
    await page.locator('[data-capture-phase="framing"]').waitFor();
  });

  it("is refused when it shows another person with this holder's passport", async () => {
    const other = await castMember(5);
    const { page, look } = await withPassport({ presenter: other.presenter(2) });
    await faceTheCamera(page);
    expect(await refusal(page)).toBe('FACE_COMPARISON_BELOW_THRESHOLD');
    await press(page, 'Try again');
    await press(page, 'I am ready');
    await screen(page, 'result');
    expect(await refusal(page)).toBe('FACE_COMPARISON_BELOW_THRESHOLD and DECISION_SCRIPTS_EXHAUSTED');
    await look('21-another-person');
    expect(await page.locator('[data-outcome]').getAttribute('data-outcome')).toBe('reject');
    await press(page, 'Try again with the same details');
    await screen(page, 'camera');
    expect(await page.locator('[data-fault-code]').count()).toBe(0);
  });

  it('is asked for again after the citizen denied it, and allowing it then is enough', async () => {
    const { page, look } = await withPassport('denied');
    await press(page, 'Read the chip');
    await screen(page, 'camera');
    await press(page, 'Start the camera');
    expect(await refusal(page)).toBe('CAMERA_DENIED');
    await look('22-camera-denied');
    await page.context().grantPermissions(['camera'], { origin: system.siteUrl });
    await press(page, 'Try again');
    await page.locator('[data-capture-phase="framing"]').waitFor();
    expect(await page.locator('[data-fault-code]').count()).toBe(0);
  });
});

describe('a passport that is not what it should be', () => {
  it('is refused when its portrait was altered, and an untouched one goes on', async () => {
    browser = await openCitizenBrowser('denied');
    const { page } = browser;
    await enterByFaceDoor(page, system.siteUrl);
    await page.route('**/passports', (route) =>
      route.request().method() === 'POST' ? route.continue({ postData: { ...(route.request().postDataJSON() as object), tampering: 'alteredDg2' } }) : route.fallback(),
    );
    await makeDemoPassport(page, { ...HOLDER, photo: portrait() });
    await press(page, 'Read the chip');
    expect(await refusal(page)).toBe('PA_DG_HASH_MISMATCH');
    // Refused, and still shown what became of the passport.
    await page.locator('[data-receipt="verified"]').waitFor();
    await browser.look('23-altered-portrait');
    expect(await page.locator('[data-outcome]').getAttribute('data-outcome')).toBe('refer');
    expect(await page.locator('[aria-current="step"]').innerText()).toBe('Chip');

    await page.unroute('**/passports');
    await enterByFaceDoor(page, system.siteUrl);
    await makeDemoPassport(page, { ...HOLDER, photo: portrait() });
    await press(page, 'Read the chip');
    await screen(page, 'camera');
  });

  it('does not open with a wrong number, and opens with the right one, typed once more', async () => {
    const { page, look } = await withPassport('denied');
    const number = page.getByLabel('Passport number');
    const right = await number.inputValue();
    await number.fill('X1234567');
    await press(page, 'Read the chip');
    expect(await refusal(page)).toBe('CHIP_ACCESS_DENIED');
    await look('24-wrong-number');
    await press(page, 'Check the passport details');
    await screen(page, 'passport');
    expect(await number.inputValue()).toBe('X1234567');
    await number.fill(right);
    await press(page, 'Read the chip');
    await screen(page, 'camera');
    expect(await page.locator('[data-fault-code]').count()).toBe(0);
  });
});
