import { join } from 'node:path';
import type { ReachedChip } from '@visavis/client';
import { createSpecimenState, testPortrait } from '@visavis/specimen';
import type { Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot, startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { CHIP_RELAY_CONTRACT, type RelayUnderTest } from '../support/chip-relay-contract.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { createFakeShell, type FakeShell } from '../support/fake-shell.ts';
import { anchorsOf } from '../support/passport-in-hand.ts';
import { enterByFaceDoor, press, refusal, screen } from '../support/walk-through.ts';

const nowMs = Date.now();
const state = createSpecimenState({ seed: 'native bridge', nowMs });
const passport = state.mintPassport({ portrait: testPortrait, familyName: 'SPECIMEN', givenNames: 'ANNA', dateOfBirth: '1990-01-01', dateOfExpiry: '2033-01-01', sex: 'female', access: 'pace', authentication: 'chipAuthentication' });

let system: System;
let browser: CitizenBrowser;
beforeAll(async () => {
  system = await startSystem({ ports: 'free', booths: 1, moreAnchors: anchorsOf(state) });
});
afterEach(() => browser?.close());
afterAll(() => system?.stop());

/** A browser as an app has one: before the page's own code, the app injects what Android's web view would. */
async function openApp(around: (say: (text: string) => void) => FakeShell): Promise<{ readonly page: Page; readonly shell: FakeShell }> {
  browser = await openCitizenBrowser('denied', { width: 390, height: 844 });
  const { page } = browser;
  const shell = around((text) => {
    void page.evaluate((data) => (globalThis as unknown as { visavisShellSays: (data: string) => void }).visavisShellSays(data), text).catch(() => undefined);
  });
  await page.exposeFunction('visavisShellHears', (text: string) => shell.hear(text));
  await page.addInitScript(() => {
    const hears = (globalThis as unknown as { visavisShellHears: (text: string) => Promise<void> }).visavisShellHears;
    const target = new EventTarget();
    Object.assign(globalThis, {
      visavisShellSays: (data: string) => target.dispatchEvent(new MessageEvent('message', { data })),
      visavisChip: { postMessage: (text: string) => void hears(text), addEventListener: target.addEventListener.bind(target), removeEventListener: target.removeEventListener.bind(target) },
    });
  });
  return { page, shell };
}

async function typeDetails(page: Page): Promise<void> {
  await enterByFaceDoor(page, system.siteUrl);
  await page.getByLabel('Passport number').fill(passport.documentNumber);
  for (const [place, date] of ['1990-01-01', '2033-01-01'].entries()) {
    const [year, month, day] = date.split('-');
    await page.getByLabel('Day').nth(place).fill(day!);
    await page.getByLabel('Month').nth(place).fill(month!);
    await page.getByLabel('Year').nth(place).fill(year!);
  }
  await press(page, 'Read the chip');
}

describe('an app around the page', () => {
  it('reads the passport with the phone, without anything else on the page being different', async () => {
    const { page, shell } = await openApp(createFakeShell);
    shell.hold(passport);
    await typeDetails(page);
    await screen(page, 'camera');
    expect(shell.said).toEqual(['Hold your passport to the back of the phone and keep it there.', 'Opening the chip', 'Reading the signed data']);
  });

  it('a passport that slipped away in the middle is said in words, and held again it is read', async () => {
    const { page, shell } = await openApp(createFakeShell);
    shell.hold(passport);
    shell.takeAwayDuringNextBatch();
    await typeDetails(page);
    expect(await refusal(page)).toBe('CHIP_TAG_LOST');
    await browser.look('100-bridge-tag-lost');
    shell.hold(passport);
    await press(page, 'Try again');
    await screen(page, 'camera');
  });

  it('an app that says nonsense gets no further than a passport that is not there', async () => {
    const { page } = await openApp((say) => ({ ...createFakeShell(say), hear: () => say('{"type":"opened","portrait":"mine"}') }));
    await typeDetails(page);
    expect(await refusal(page)).toBe('CHIP_TAG_LOST');
  });
});

it('without an app, the page can be put beside the apps: what its manifest names is there, in the sizes it says', async () => {
  browser = await openCitizenBrowser('denied');
  await browser.page.goto(system.siteUrl);
  const href = await browser.page.locator('link[rel="manifest"]').getAttribute('href');
  const manifest = await fetch(`${system.siteUrl}${href!}`);
  expect(manifest.headers.get('content-type')).toContain('application/manifest+json');
  const { icons } = (await manifest.json()) as { icons: readonly { src: string; type: string; sizes: string }[] };
  const touch = await browser.page.locator('link[rel="apple-touch-icon"]').getAttribute('href');
  for (const { src, type, sizes } of [...icons, { src: touch!, type: 'image/png', sizes: '180x180' }]) {
    const icon = await fetch(`${system.siteUrl}${src}`);
    expect(icon.headers.get('content-type')).toContain(type);
    const bytes = Buffer.from(await icon.arrayBuffer());
    if (type === 'image/png') expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes);
  }
});

describe('in the browser, the bridge', () => {
  /** The page's own code for it, in a page that has nothing else. */
  async function bridgeCode(): Promise<string> {
    const bundle = await rolldown({ input: join(repositoryRoot, 'packages/client/src/chip/create-bridge-chip.ts'), platform: 'browser' });
    const { output } = await bundle.generate({ format: 'iife', name: 'visavisBridge', codeSplitting: false });
    await bundle.close();
    return output[0].code;
  }
  type InPage = { visavisBridge: { createBridgeChip: (shell: unknown, words: string) => ReachedChip }; visavisChip: unknown; reached: ReachedChip };

  async function bridgeUnderTest(): Promise<RelayUnderTest> {
    const { page, shell } = await openApp(createFakeShell);
    await page.goto('about:blank');
    await page.evaluate(await bridgeCode().then((code) => `${code}; globalThis.visavisBridge = visavisBridge;`));
    const transmit: ReachedChip['transmit'] = (batch) => page.evaluate((sent) => (globalThis as unknown as InPage).reached.transmit(sent), batch);
    return {
      async reach(held) {
        shell.hold(held);
        await page.evaluate(() => {
          const world = globalThis as unknown as InPage;
          world.reached = world.visavisBridge.createBridgeChip(world.visavisChip, 'Hold it to the phone');
        });
        return {
          transmit,
          say: (words) => void page.evaluate((said) => (globalThis as unknown as InPage).reached.say(said), words),
          close: () => void page.evaluate(() => (globalThis as unknown as InPage).reached.close()).catch(() => undefined),
        };
      },
      loseDuring(batch) {
        shell.takeAwayDuringNextBatch();
        return transmit(batch);
      },
    };
  }

  for (const [promise, keeps] of Object.entries(CHIP_RELAY_CONTRACT)) it(promise, async () => void (await keeps(await bridgeUnderTest(), { state, passport, nowMs })));
});
