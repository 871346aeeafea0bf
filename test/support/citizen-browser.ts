import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { encodeJpeg, type Presenter } from '@visavis/specimen';
import type { BrowserContext, Page } from 'playwright-core';
import { openChromium } from '../../apps/cli/src/bench/site/open-chromium.ts';
import { assertAccessible } from './assert-accessible.ts';

const JPEG_QUALITY = 90;

/** Where screens of the browser tests are kept to be looked at. */
const SCREENSHOTS = join(import.meta.dirname, '../../.state/screenshots');

/** 320 CSS pixels are also what a screen of 1280 has at 400 % zoom (WCAG 2.2, 1.4.10). */
const SIGHTS = [
  { suffix: '', colorScheme: 'light', size: undefined },
  { suffix: '-narrow-dark', colorScheme: 'dark', size: { width: 320, height: 568 } },
] as const;

export interface CitizenBrowser {
  readonly page: Page;
  /** Writes a picture of the whole page as it is, or of what is on the screen: parts that stay in place when one scrolls are only there right. */
  readonly photograph: (name: string, part?: 'page' | 'screen') => Promise<void>;
  /** The presenter's picture stands still meanwhile; scripts, which follow new pictures, do so too. */
  readonly holdStill: (meanwhile: () => Promise<void>) => Promise<void>;
  /** The same as people see it on a large light screen and on the narrowest dark one, which must both be accessible. */
  readonly look: (name: string) => Promise<void>;
  /** As a citizen does in their device's settings. */
  readonly forgetNewestPasskey: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What the page's camera shows: a presenter rendered live who follows the prompts on the page and is lit by it, a y4m file, or nothing until the citizen allows it. */
export type PageCamera = { readonly presenter: Presenter } | { readonly y4mFile: string } | 'denied';

/**
 * Debian's Chromium with a virtual passkey authenticator and a camera of the test's choice.
 * @param passkeys `offered`: where a page lets the device offer them in a field, the authenticator answers at once, as a
 *   citizen who always takes the offer; `asked`: this browser makes no such offers, and the citizen presses buttons
 */
export async function openCitizenBrowser(camera: PageCamera, viewport = { width: 1280, height: 900 }, passkeys: 'asked' | 'offered' = 'asked'): Promise<CitizenBrowser> {
  // Denied is a camera that is there and may not be used: asked, a browser without a window says no.
  const fake = camera === 'denied' ? ['--use-fake-device-for-media-stream'] : ['--use-fake-ui-for-media-stream', ...('y4mFile' in camera ? ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera.y4mFile}`] : [])];
  const browser = await openChromium(fake);
  const context: BrowserContext = await browser.newContext({ viewport });
  const page = await context.newPage();
  const forgetNewestPasskey = await addVirtualAuthenticator(context, page);
  if (passkeys === 'asked')
    await page.addInitScript(() => {
      if ('PublicKeyCredential' in globalThis) PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
    });
  let held: Promise<void> | undefined;
  if (typeof camera === 'object' && 'presenter' in camera) await showPresenter(page, camera.presenter, () => held);
  const photograph = async (name: string, part: 'page' | 'screen' = 'page'): Promise<void> => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: part === 'page' });
  };
  return {
    page,
    photograph,
    async holdStill(meanwhile) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      await meanwhile().finally(resolve);
    },
    look: async (name) => {
      for (const { suffix, colorScheme, size } of SIGHTS) {
        // Without motion: colours that were still fading from the sight before were measured as the page's.
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize(size ?? viewport);
        await assertAccessible(page, `${name}${suffix}`);
        await photograph(`${name}${suffix}`);
      }
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
      await page.setViewportSize(viewport);
    },
    forgetNewestPasskey,
    close: () => browser.close(),
  };
}

async function addVirtualAuthenticator(context: BrowserContext, page: Page): Promise<() => Promise<void>> {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, hasPrf: true },
  });
  const made: string[] = [];
  cdp.on('WebAuthn.credentialAdded', ({ credential }) => made.push(credential.credentialId));
  return async () => {
    const credentialId = made.pop();
    if (credentialId === undefined) throw new Error('no passkey was made');
    await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId });
  };
}

/**
 * Replaces the page's camera by a canvas that asks the test for one picture after another, telling it what the page
 * prompts just then, and the colour in which it shines: as it is seen at the edge of the screen, where no words are.
 */
async function showPresenter(page: Page, presenter: Presenter, held: () => Promise<void> | undefined): Promise<void> {
  const startedMs = Date.now();
  let prompted = '';
  let lit = 0;
  presenter.prompt('lookAhead', 0);
  await page.exposeFunction('visavisTestPicture', async (prompt: string, index: string, light: string, litAtMs: number): Promise<string> => {
    await held();
    const nowMs = Date.now() - startedMs;
    const key = `${index} ${prompt}`;
    if (prompt !== '' && key !== prompted) {
      prompted = key;
      presenter.prompt(prompt as Parameters<Presenter['prompt']>[0], nowMs);
    }
    if (litAtMs !== lit) {
      lit = litAtMs;
      const [r, g, b] = light.match(/\d+/g)?.map(Number) ?? [];
      presenter.light(r === undefined ? null : [r, g!, b!], litAtMs - startedMs);
    }
    return Buffer.from(await encodeJpeg(presenter.frameAt(nowMs), JPEG_QUALITY)).toString('base64');
  });
  await page.addInitScript(() => {
    const ask = (globalThis as unknown as { visavisTestPicture: (prompt: string, index: string, light: string, litAtMs: number) => Promise<string> }).visavisTestPicture;
    // When a picture takes long to render, the light has changed long before the next one is asked for.
    let shines = { light: '', sinceMs: 0 };
    const watchLight = (): void => {
      const edge = document.elementFromPoint(2, innerHeight - 2);
      const light = edge?.matches('[data-screen-light]') === true ? getComputedStyle(edge).backgroundColor : '';
      if (light !== shines.light) shines = { light, sinceMs: Date.now() };
      requestAnimationFrame(watchLight);
    };
    requestAnimationFrame(watchLight);
    navigator.mediaDevices.getUserMedia = async () => {
      const canvas = document.createElement('canvas');
      canvas.width = 480;
      canvas.height = 640;
      const context = canvas.getContext('2d')!;
      const stream = canvas.captureStream();
      const paint = async (): Promise<void> => {
        const prompt = document.querySelector<HTMLElement>('[data-prompt]')?.dataset;
        const words = prompt?.['promptSeen'] === 'true' ? 'lookAhead' : (prompt?.['prompt'] ?? '');
        const base64 = await ask(words, prompt?.['promptIndex'] ?? '', shines.light, shines.sinceMs);
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
        context.drawImage(picture, 0, 0);
        picture.close();
      };
      await paint();
      void (async () => {
        while (stream.getVideoTracks().some((track) => track.readyState === 'live')) await paint();
      })();
      return stream;
    };
  });
}
