import type axe from 'axe-core';
import type { Page } from 'playwright-core';

export interface Violation {
  readonly rule: string;
  readonly impact: string | undefined;
  /** Each place, with what is wrong there. */
  readonly places: readonly string[];
}

/** What axe-core finds on a page as it stands. Loaded here only: no other command needs it. */
export async function findViolations(page: Page): Promise<readonly Violation[]> {
  // Half-faded colours are none.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((running) => running instanceof CSSTransition).map((running) => running.finished.catch(() => undefined))));
  const { default: checker } = await import('axe-core');
  await page.evaluate(checker.source);
  return page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await inPage.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, impact, nodes }) => ({ rule: id, impact: impact ?? undefined, places: nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`) }));
  });
}
