import type { Browser } from 'playwright-core';
import { walkToCamera } from './walk-to-camera.ts';

/** Bytes of scripts as they travel, compressed as served. */
interface ScriptBytes {
  readonly firstScreen: number;
  readonly beforeCamera: number;
  /** What only the demonstration loads: the made-up state's passport maker. */
  readonly demoOnly: number;
}

/** One walk with an empty cache. The camera's own code, asked for with its screen, is not before it. */
export async function measureScripts(browser: Browser, siteUrl: string): Promise<ScriptBytes> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const bytes = { firstScreen: 0, enrolment: 0, demo: 0, camera: 0 };
    let loading: keyof typeof bytes = 'firstScreen';
    const unread: Promise<void>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      const to = loading;
      unread.push(
        (async () => {
          const { responseBodySize } = await response.request().sizes();
          if (responseBodySize <= 0) throw new Error('the size of a script is not known');
          bytes[to] += responseBodySize;
        })(),
      );
    });
    await walkToCamera(page, siteUrl, (step) => {
      if (step === 'welcome') loading = 'enrolment';
      if (step === 'consent') loading = 'demo';
      if (step === 'passport') loading = 'camera';
    });
    await Promise.all(unread);
    return { firstScreen: bytes.firstScreen, beforeCamera: bytes.firstScreen + bytes.enrolment, demoOnly: bytes.demo };
  } finally {
    await context.close();
  }
}
