import type { Browser } from 'playwright-core';
import { findViolations } from './find-violations.ts';
import { walkToCamera } from './walk-to-camera.ts';

/** Pages that need nobody signed in. */
const ADDRESSES = { counter: '/counter', help: '/help', 'account-sign-in': '/account', recover: '/recover', 'add-device': '/add-device', phone: '/phone', check: '/check', proofs: '/proofs', transparency: '/transparency', services: '/services', developers: '/developers', 'not-found': '/no-such-page' } as const;

interface Checked {
  readonly screens: readonly string[];
  /** Screen, theme and rule. */
  readonly violations: readonly string[];
}

/** All that axe-core calls a violation, of any impact, on each screen in both themes. */
export async function checkScreens(browser: Browser, urls: { readonly site: string; readonly service: string }, progress: (line: string) => void): Promise<Checked> {
  const screens: string[] = [];
  const violations: string[] = [];
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  try {
    const page = await context.newPage();
    const check = async (screen: string): Promise<void> => {
      screens.push(screen);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const { rule } of await findViolations(page)) violations.push(`${screen} ${colorScheme}: ${rule}`);
      }
      progress(`${screens.length} ${screen}`);
    };
    await walkToCamera(page, urls.site, check);
    for (const [screen, path] of Object.entries(ADDRESSES)) {
      await page.goto(`${urls.site}${path}`);
      await page.locator('[data-screen]:not([data-screen="loading"])').waitFor();
      await check(screen);
    }
    await page.goto(urls.service);
    await page.getByRole('button', { name: 'Sign in with Visavis' }).click();
    await page.locator('[data-screen="sign-in"]').waitFor();
    await check('sign-in');
    return { screens, violations };
  } finally {
    await context.close();
  }
}
