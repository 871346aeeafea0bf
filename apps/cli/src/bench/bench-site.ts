import { startSystem } from '../system/start-system.ts';
import { checkScreens } from './site/check-screens.ts';
import { measureInteractive } from './site/measure-interactive.ts';
import { measureScripts } from './site/measure-scripts.ts';
import { openChromium } from './site/open-chromium.ts';
import { percentile } from './percentile.ts';

/** An old telephone on a middling line, as Lighthouse has them. */
const SLOW = { cpuTimes: 4, bitsPerSecond: 1.6e6, roundTripMs: 150 };

/** One that shows a moving picture, and may be used. */
const CAMERA = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];

const KIB = 1024;
const inKib = (bytes: number): number => Number((bytes / KIB).toFixed(1));

/**
 * The site as a citizen's browser gets it, built for production, in Debian's Chromium: script bytes as they travel until
 * the camera is asked for, time until the first screen and the enrolment's first step answer on a slow device and line
 * with nothing cached (median of `n`), and what axe-core finds on each screen in both themes.
 */
export async function benchSite(n: number, progress: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const system = await startSystem({ ports: 'free', booths: 1, enrolmentsPerMinute: 1000 });
  const browser = await openChromium(CAMERA);
  try {
    const scripts = await measureScripts(browser, system.siteUrl);
    progress(`scripts before the camera: ${inKib(scripts.beforeCamera)} KiB`);
    const times: Record<'welcome' | 'consent', number[]> = { welcome: [], consent: [] };
    for (let i = 0; i < n; i++) {
      for (const [screen, path] of [['welcome', '/'], ['consent', '/enrol']] as const) times[screen].push(await measureInteractive(browser, `${system.siteUrl}${path}`, screen, SLOW));
      progress(`${i + 1}/${n}  first screen ${Math.round(times.welcome.at(-1)!)} ms  first step ${Math.round(times.consent.at(-1)!)} ms`);
    }
    const checked = await checkScreens(browser, { site: system.siteUrl, service: system.taxOfficeUrl }, progress);
    return {
      n,
      slow: SLOW,
      jsKiBBeforeCamera: inKib(scripts.beforeCamera),
      jsKiBFirstScreen: inKib(scripts.firstScreen),
      jsKiBOfDemo: inKib(scripts.demoOnly),
      interactiveMs: Math.round(percentile(times.welcome, 50)),
      enrolmentInteractiveMs: Math.round(percentile(times.consent, 50)),
      axeViolations: checked.violations.length,
      violations: checked.violations,
      screens: checked.screens.length,
      screenNames: checked.screens,
    };
  } finally {
    await browser.close();
    await system.stop();
  }
}
