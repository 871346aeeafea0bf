import type { Page } from 'playwright-core';
import { findViolations } from '../../apps/cli/src/bench/site/find-violations.ts';

/**
 * Throws when the page has what axe-core calls a serious or critical barrier, or must be scrolled sideways (WCAG 2.2,
 * 1.4.10). A machine finds a part of the barriers only: nothing here says that a page is easy to use.
 */
export async function assertAccessible(page: Page, name: string): Promise<void> {
  const violations = await findViolations(page);
  const barriers = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ rule, places }) => `${rule}: ${places.join(' | ')}`);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (sideways > 0) barriers.push(`${sideways} pixels are beside the screen`);
  if (barriers.length > 0) throw new Error(`${name}: ${barriers.join('\n')}`);
}
