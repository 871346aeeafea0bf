import type { Page } from 'playwright-core';

/** More stops than any screen has. */
const MAX_STOPS = 40;

export interface Keyboard {
  /** Goes to a button or link by the tabulator key, and presses it. */
  press(name: string): Promise<void>;
  tick(name: string): Promise<void>;
  type(field: string, text: string): Promise<void>;
}

/** A citizen without a pointer. Each stop on the way must be visible as such. */
export function byKeyboard(page: Page): Keyboard {
  const goTo = async (name: string): Promise<void> => {
    const passed: string[] = [];
    for (let stop = 0; stop < MAX_STOPS; stop++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const element = document.activeElement;
        if (!(element instanceof HTMLElement) || element === document.body) return { name: '', isSeen: true };
        const label = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels?.[0] : undefined;
        const words = element.getAttribute('aria-label') ?? (label ?? element).innerText;
        const outlined = [element, label].some((one) => one !== undefined && getComputedStyle(one).outlineStyle !== 'none' && Number.parseFloat(getComputedStyle(one).outlineWidth) >= 2);
        return { name: words.split('\n')[0]!.trim(), isSeen: outlined };
      });
      if (!at.isSeen) throw new Error(`nobody sees that the keyboard is at “${at.name}”`);
      if (at.name === name) return;
      passed.push(at.name);
    }
    throw new Error(`the keyboard does not reach “${name}”, only: ${passed.join(', ')}`);
  };
  return {
    async press(name) {
      // Waits until it is there; the keyboard then has to find it by itself.
      await page.getByRole('button', { name, exact: true }).or(page.getByRole('link', { name, exact: true })).first().waitFor();
      await goTo(name);
      await page.keyboard.press('Enter');
    },
    async tick(name) {
      await goTo(name);
      await page.keyboard.press('Space');
    },
    async type(field, text) {
      await goTo(field);
      await page.keyboard.type(text);
    },
  };
}
