import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { decodeQR } from 'qr/decode.js';
import sharp from 'sharp';
import { type CastMember, castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { enterByFaceDoor, honestlySees, makeDemoPassport, press, refusal, screen } from '../support/walk-through.ts';

/**
 * What a citizen's device, line or hand may bring, and the way on that each time is there. The honest twin is the
 * enrolment in enrolment.test.ts.
 */

const HOLDER = { givenNames: 'Elena', familyName: 'Eriksson' };
const DAY_MS = 24 * 60 * 60 * 1000;

let system: System;
let member: CastMember;
const browsers: CitizenBrowser[] = [];

beforeAll(async () => {
  member = await castMember(4);
  system = await startSystem({ ports: 'free', booths: 1, boothsPerAddress: 1 });
});
afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.close();
});
afterAll(async () => {
  await system?.stop();
});

/** @param prepare runs in the page before its own code */
async function open(prepare?: () => void): Promise<Page> {
  const browser = await openCitizenBrowser({ presenter: member.presenter(3) });
  browsers.push(browser);
  if (prepare !== undefined) await browser.page.addInitScript(prepare);
  return browser.page;
}

async function withPassport(page: Page): Promise<Page> {
  await enterByFaceDoor(page, system.siteUrl);
  await makeDemoPassport(page, { ...HOLDER, photo: Buffer.from(member.passportOrder.portrait, 'base64') });
  return page;
}

async function toCamera(page: Page): Promise<void> {
  await withPassport(page);
  await press(page, 'Read the chip');
  await screen(page, 'camera');
}

/** What a phone's camera makes of the screen. */
async function readCode(page: Page): Promise<string> {
  const { data, info } = await sharp(await page.screenshot({ fullPage: true })).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return decodeQR({ width: info.width, height: info.height, data });
}

/** To the counter by the link on this page. */
async function toCounter(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Go to the counter door' }).first().click();
  await screen(page, 'counter');
}

describe('a device that lacks something', () => {
  it('no camera: is told so, and goes to the counter', async () => {
    const page = await open(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError'));
    });
    await toCamera(page);
    await press(page, 'Start the camera');
    expect(await refusal(page)).toBe('CAMERA_NONE');
    await toCounter(page);
  });

  it('a camera that is taken away midway: is told so, and goes on once it is back', async () => {
    const page = await open();
    await page.addInitScript(() => {
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await ask(wanted);
        Object.assign(globalThis, { visavisUnplug: () => stream.getTracks().forEach((track) => track.stop()) });
        return stream;
      };
    });
    await toCamera(page);
    await press(page, 'Start the camera');
    await press(page, 'I am ready');
    await honestlySees(page, '[data-prompt-index]');
    await page.evaluate(() => (globalThis as unknown as { visavisUnplug: () => void }).visavisUnplug());
    expect(await refusal(page)).toMatch(/^(CAMERA_|FACE_)/);
    await press(page, 'Try again');
    await page.locator('[data-capture-phase="framing"]').waitFor();
  });

  it('no reader and no telephone that reads chips: is told so, keeps what was typed, and goes to the counter', async () => {
    const page = await open();
    await enterByFaceDoor(page, system.siteUrl);
    await press(page, 'Close without making one');
    await page.getByLabel('Passport number').fill('X1234567');
    for (const [nth, date] of [['14', '5', '1990'], ['1', '6', String(new Date().getUTCFullYear() + 4)]].entries())
      for (const [box, value] of (['Day', 'Month', 'Year'] as const).map((label, i) => [label, date[i]!] as const)) await page.getByLabel(box).nth(nth).fill(value);
    await press(page, 'Read the chip');
    expect(await refusal(page)).toBe('CHIP_NOT_REACHABLE');
    await press(page, 'Check the passport details');
    expect(await page.getByLabel('Passport number').inputValue()).toBe('X1234567');
    await press(page, 'Read the chip');
    await toCounter(page);
  });

  it.each([
    ['no passkeys', 'BROWSER_NO_PASSKEY', () => Reflect.deleteProperty(globalThis, 'PublicKeyCredential')],
    ['no camera interface', 'CAMERA_UNSUPPORTED', () => Object.defineProperty(navigator, 'mediaDevices', { value: undefined })],
    ['a browser of 2023', 'BROWSER_TOO_OLD', () => Reflect.deleteProperty(Promise, 'withResolvers')],
  ] as const)('%s: is told before anything is typed', async (_what, code, prepare) => {
    const page = await open(prepare);
    await page.goto(`${system.siteUrl}/enrol`);
    expect(await refusal(page)).toBe(code);
    // Another device may have it: the code holds this page's address alone.
    await page.getByText('Do it on my phone instead').click();
    await page.locator('.qr svg').waitFor();
    expect(await readCode(page)).toBe(`${system.siteUrl}/enrol`);
    await toCounter(page);
  });

  it('a browser that cannot run the site at all: reads both doors, and after some seconds why no more comes', async () => {
    const page = await open();
    await page.route(/\/assets\/.*\.js$/, (route) => route.abort());
    await page.goto(system.siteUrl);
    expect(await page.locator('.door').count()).toBe(2);
    await page.getByRole('link', { name: 'With my face, here and now' }).click();
    const why = page.getByText('your browser may be too old');
    expect(await why.isVisible()).toBe(false);
    await page.evaluate(() => document.getAnimations().forEach((waiting) => waiting.finish()));
    expect(await why.isVisible()).toBe(true);
    await page.locator('.when-slow a').click();
    await page.getByRole('heading', { name: 'What to bring' }).waitFor();
  });

  it('no storage and no cookies: comes as far as everybody', async () => {
    const page = await open(() => {
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) Object.defineProperty(globalThis, name, { get: () => { throw new DOMException('denied', 'SecurityError'); } });
    });
    await page.route('**/api/**', async (route) => {
      const { cookie: _, ...headers } = route.request().headers();
      await route.continue({ headers });
    });
    await toCamera(page);
    expect(await page.locator('[data-fault-code]').count()).toBe(0);
  });

  it.each([['a day slow', -DAY_MS], ['a day fast', DAY_MS]] as const)('a clock that is %s: comes as far as everybody', async (_what, byMs) => {
    const page = await open();
    await page.addInitScript((ms) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + ms;
    }, byMs);
    await toCamera(page);
    expect(await page.locator('[data-fault-code]').count()).toBe(0);
  });
});

describe('a line that is slow or breaks', () => {
  it('a line of the second generation: shows that it is loading, and then loads', async () => {
    const page = await open();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 600, downloadThroughput: 250_000 / 8, uploadThroughput: 50_000 / 8 });
    await page.goto(`${system.siteUrl}/enrol`, { waitUntil: 'commit' });
    await screen(page, 'loading');
    expect(await page.getByText('One moment…').isVisible()).toBe(true);
    await screen(page, 'consent');
  });

  it('no line in the middle: is told so, loses nothing that was typed, and goes on when it is back', async () => {
    const page = await withPassport(await open());
    const typed = await page.getByLabel('Passport number').inputValue();
    await page.context().setOffline(true);
    await press(page, 'Read the chip');
    expect(await refusal(page)).toBe('NETWORK_CUT');
    await press(page, 'Check the passport details');
    expect(await page.getByLabel('Passport number').inputValue()).toBe(typed);
    await page.context().setOffline(false);
    await press(page, 'Read the chip');
    await screen(page, 'camera');
  });
});

describe('a citizen who goes another way', () => {
  it('back from the camera, or a reload there: begins again at once, since the sealed room of before is gone', async () => {
    const page = await open();
    await toCamera(page);
    await page.goBack();
    await screen(page, 'welcome');
    // There is one room: the second reading shows that the first was given back.
    await toCamera(page);
    await page.reload();
    await screen(page, 'consent');
    await toCamera(page);
  });

  it('two tabs at once: the second is told its place, and goes on when the first is closed', async () => {
    const first = await open();
    await toCamera(first);
    const second = await withPassport(await open());
    await press(second, 'Read the chip');
    const told = second.locator('[data-queue-place], [data-fault-code]');
    await told.first().waitFor();
    await browsers[0]!.close();
    if ((await second.locator('[data-fault-code]').count()) > 0) {
      expect(await refusal(second)).toMatch(/^(BOOTH|ENROLMENT|REQUEST)_/);
      await press(second, 'Try again');
    }
    await screen(second, 'camera');
  });
});
