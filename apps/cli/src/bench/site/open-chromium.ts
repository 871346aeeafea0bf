import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/** Debian's; `script/setup --tests` installs it. */
const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/**
 * Loaded here only: no other command needs a browser.
 * @param flags beside those that every run has, of its camera for example
 */
export async function openChromium(flags: readonly string[]): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: run script/setup --tests`);
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] });
}
