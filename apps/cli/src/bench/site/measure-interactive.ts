import type { Browser } from 'playwright-core';

interface SlowDevice {
  readonly cpuTimes: number;
  readonly bitsPerSecond: number;
  readonly roundTripMs: number;
}

/**
 * Milliseconds from the start of a navigation, nothing cached, until the screen is painted, its own code answers and
 * the page has been idle for a moment: a tap would be answered at once.
 */
export async function measureInteractive(browser: Browser, url: string, screen: string, slow: SlowDevice): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    const bytesPerSecond = slow.bitsPerSecond / 8;
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: slow.roundTripMs, downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slow.cpuTimes });
    await page.addInitScript((name) => {
      const answersMs = Promise.withResolvers<number>();
      const watch = (): void => {
        // React names the properties it keeps on elements that it has brought to life.
        const element = document.querySelector(`[data-screen="${name}"] :is(a, input, button)`);
        if (element === null || !Object.keys(element).some((key) => key.startsWith('__reactProps$'))) {
          requestAnimationFrame(watch);
          return;
        }
        requestIdleCallback(() => answersMs.resolve(performance.now()));
      };
      requestAnimationFrame(watch);
      Object.assign(globalThis, { visavisAnswersMs: answersMs.promise });
    }, screen);
    await page.goto(url, { waitUntil: 'commit' });
    return await page.evaluate(() => (globalThis as unknown as { visavisAnswersMs: Promise<number> }).visavisAnswersMs);
  } finally {
    await context.close();
  }
}
