import axe from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * Throws when the page has what axe-core calls a serious or critical barrier, or must be scrolled sideways (WCAG 2.2,
 * 1.4.10). A machine finds a part of the barriers only: nothing here says that a page is easy to use.
 */
export async function assertAccessible(page: Page, name: string): Promise<void> {
  // Half-faded colours are none.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((running) => running instanceof CSSTransition).map((running) => running.finished.catch(() => undefined))));
  await page.evaluate(axe.source);
  const barriers = await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await checker.run(document, { resultTypes: ['violations'] });
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join(' | ')}`);
  });
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (sideways > 0) barriers.push(`${sideways} pixels are beside the screen`);
  if (barriers.length > 0) throw new Error(`${name}: ${barriers.join('\n')}`);
}
