import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStillPresenter } from '@visavis/specimen';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type CastMember, castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { writeCameraFile } from '../support/camera-file.ts';
import { type CitizenBrowser, openCitizenBrowser, type PageCamera } from '../support/citizen-browser.ts';
import { takePicture } from '../support/picture.ts';
import { enterByFaceDoor, faceTheCamera, honestlySees, leaveOut, makeDemoPassport, press, refusal, screen } from '../support/walk-through.ts';

/**
 * What people complain about in today's systems, each at the screen that answers it. docs/complaints.md is the table;
 * the pictures of that page, of the README and of the site's help are taken here.
 */

/** Of the shape that the pages show them in. */
const VIEWPORT = { width: 960, height: 720 };
const HOLDER = { givenNames: 'Elena', familyName: 'Eriksson' };

let system: System;
let member: CastMember;
let browser: CitizenBrowser | undefined;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'visavis-complaints-'));
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

async function open(camera: PageCamera): Promise<CitizenBrowser> {
  browser = await openCitizenBrowser(camera, VIEWPORT);
  return browser;
}

/** With a passport of the member's own portrait, altered as asked. */
async function withPassport(camera: PageCamera, tampering?: string): Promise<CitizenBrowser> {
  const opened = await open(camera);
  if (tampering !== undefined)
    await opened.page.route('**/passports', (route) => (route.request().method() === 'POST' ? route.continue({ postData: { ...(route.request().postDataJSON() as object), tampering } }) : route.fallback()));
  await enterByFaceDoor(opened.page, system.siteUrl);
  await makeDemoPassport(opened.page, { ...HOLDER, photo: Buffer.from(member.passportOrder.portrait, 'base64') });
  return opened;
}

it('reads a chip again that was lost midway, and asks for nothing twice', async () => {
  const { page } = await withPassport('denied');
  let isLost = false;
  await page.routeWebSocket(/\/chips\//, (socket) => {
    const chip = socket.connectToServer();
    let batches = 0;
    socket.onMessage((message) => {
      batches += 1;
      // The phone moved while the files were read.
      if (!isLost && batches === 3) {
        isLost = true;
        void socket.close();
        return;
      }
      chip.send(message);
    });
  });
  await press(page, 'Read the chip');
  expect(await refusal(page)).toBe('CHIP_TAG_LOST');
  await takePicture(page, 'complaint-chip-lost');
  await press(page, 'Try again');
  await screen(page, 'camera');
  expect(await page.locator('[data-fault-code]').count()).toBe(0);
});

it('says of a document from a state it does not know that a person should look, and why', async () => {
  const { page } = await withPassport('denied', 'unknownCsca');
  await press(page, 'Read the chip');
  expect(await refusal(page)).toContain('PA_CSCA_UNKNOWN');
  await page.getByRole('link', { name: 'Go to the counter door' }).first().waitFor();
  await takePicture(page, 'complaint-document');
});

it('offers both doors in equal weight before a line of code has run', async () => {
  const { page } = await open('denied');
  const plain = await page.context().browser()!.newContext({ javaScriptEnabled: false, viewport: VIEWPORT });
  const reader = await plain.newPage();
  await reader.goto(system.siteUrl);
  const doors = reader.locator('.door');
  const [face, counter] = [await doors.nth(0).boundingBox(), await doors.nth(1).boundingBox()];
  expect([await doors.count(), face!.width, face!.height, face!.y]).toEqual([2, counter!.width, counter!.height, counter!.y]);
  expect(await doors.locator('a').evaluateAll((links) => links.map((link) => getComputedStyle(link).backgroundColor))).toEqual(Array(2).fill(expect.stringMatching(/^rgb/)));
  await takePicture(reader, 'flow-doors', '.doors');
  await reader.getByRole('link', { name: 'At a counter, without my face' }).click();
  await reader.getByRole('heading', { name: 'What to bring' }).waitFor();
  await reader.goto(`${system.siteUrl}/help`);
  await reader.getByRole('heading', { name: 'When something does not work' }).waitFor();
  // The face door says that it needs more, and where to go without.
  await reader.goto(`${system.siteUrl}/enrol`);
  expect(await reader.locator('[data-screen="loading"]').isVisible()).toBe(false);
  await reader.locator('noscript p').waitFor();
  expect(await reader.locator('noscript p').innerText()).toContain('needs JavaScript');
  await plain.close();
});

it('gives the reason, a next step, a code and a way to a human with every refusal', async () => {
  const { page } = await withPassport('denied', 'alteredDg2');
  await press(page, 'Read the chip');
  expect(await refusal(page)).toBe('PA_DG_HASH_MISMATCH');
  await page.locator('[data-receipt="verified"]').waitFor();
  await takePicture(page, 'complaint-refused');
});

it('lets a citizen say which movements they cannot do, before anything is judged', async () => {
  const { page } = await withPassport('denied');
  await press(page, 'Read the chip');
  await screen(page, 'camera');
  await leaveOut(page, 'I cannot move my face freely');
  await takePicture(page, 'complaint-movements', '.movements');
});

it('does not take a photograph for a person', async () => {
  const y4mFile = join(folder, 'still.y4m');
  writeCameraFile({ file: y4mFile, presenter: createStillPresenter({ citizen: member.citizen, seed: 3 }), prompts: [], durationMs: 20_000 });
  const { page } = await withPassport({ y4mFile });
  await faceTheCamera(page, 'I am sensitive to flashing light');
  expect(await refusal(page)).toBe('FACE_NOT_LIVE');
  await takePicture(page, 'complaint-photograph');
});

it('goes from the first page to signed in with a plain browser, shows each step, and asks for a consent once', async () => {
  const holder = await castMember(2);
  const { page } = await open({ presenter: holder.presenter(7) });
  // No store, no account with a maker of telephones: all that the page asks comes from this machine.
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!['localhost', ''].includes(new URL(request.url()).hostname)) elsewhere.push(request.url());
  });
  await page.goto(system.siteUrl);
  await page.getByRole('link', { name: 'With my face, here and now' }).click();
  await screen(page, 'consent');
  await takePicture(page, 'flow-consent');
  await enterByFaceDoor(page, system.siteUrl);
  await makeDemoPassport(page, { givenNames: 'Chloé', familyName: 'Costa' });
  await takePicture(page, 'flow-passport');
  await page.routeWebSocket(/\/chips\//, (socket) => {
    const chip = socket.connectToServer();
    let batches = 0;
    socket.onMessage(async (message) => {
      batches += 1;
      if (batches === 4) await takePicture(page, 'flow-chip');
      chip.send(message);
    });
  });
  await faceTheCamera(page);
  await honestlySees(page, '[data-prompt="turnLeft"], [data-prompt="turnRight"]');
  await takePicture(page, 'flow-camera');
  await honestlySees(page, '[data-screen="result"]');
  await takePicture(page, 'flow-result');
  await press(page, 'Create my passkey');
  await screen(page, 'account');
  await takePicture(page, 'flow-account');
  await page.locator('[data-receipt="verified"]').waitFor();
  await takePicture(page, 'complaint-traces', '[data-receipt]');
  await press(page, 'Add a device');
  await page.locator('svg .qr-dark').waitFor();
  await takePicture(page, 'complaint-new-device', '.qr');

  await press(page, 'Stop');
  await press(page, 'Make a proof');
  await page.getByRole('checkbox', { name: '18 or older' }).check({ force: true });
  await page.getByLabel('Who it is for').fill('Ms Martin, Sunny Homes');
  await page.getByLabel('What it is for').fill('rent a flat');
  await page.getByRole('radio', { name: '1 hour' }).check();
  await page.getByRole('radio', { name: 'Once' }).check();
  await press(page, 'Make it, with my passkey');
  await page.goto((await page.locator('[data-proof-link]').getAttribute('data-proof-link'))!);
  await press(page, 'Look at it');
  await screen(page, 'check-seen');
  await takePicture(page, 'complaint-counter');

  for (const time of ['first', 'second'] as const) {
    await page.context().clearCookies();
    await page.goto(system.taxOfficeUrl);
    await press(page, 'Sign in with Visavis');
    await screen(page, 'sign-in');
    await press(page, 'Continue with my passkey');
    if (time === 'first') {
      await screen(page, 'sign-in-consent');
      await takePicture(page, 'complaint-consent');
      await press(page, 'Agree and continue');
    }
    await page.getByTestId('name').waitFor();
  }
  expect(elsewhere).toEqual([]);
});

it('has a way back for who lost every device, and no code to forget', async () => {
  const { page } = await open('denied');
  await page.goto(`${system.siteUrl}/recover`);
  await screen(page, 'recovery');
  await takePicture(page, 'complaint-recover');
});

it('shows a code that moves and a number to compare, where a phone approves a computer', async () => {
  const { page } = await open('denied');
  await page.goto(system.taxOfficeUrl);
  await press(page, 'Sign in with Visavis');
  await screen(page, 'sign-in');
  await press(page, 'With my phone');
  const code = page.locator('.qr svg');
  await code.waitFor();
  await takePicture(page, 'complaint-phished');
  const before = await code.innerHTML();
  await expect.poll(() => code.innerHTML(), { timeout: 30_000 }).not.toBe(before);
});

it('says what was measured, and where anybody can check it', async () => {
  const { page, look } = await open('denied');
  await page.goto(`${system.siteUrl}/help`);
  await screen(page, 'help');
  // Each picture is there once one gets to it.
  for (const picture of await page.locator('.flow img').all()) {
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640);
  }
  await look('81-help');
  await page.goto(`${system.siteUrl}/proofs`);
  await screen(page, 'proofs');
  await takePicture(page, 'complaint-proofs');
});
