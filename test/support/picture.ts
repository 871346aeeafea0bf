import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';

const root = join(import.meta.dirname, '../..');
/** `npm run pictures` sets it: only then are the documentation's own pictures written. */
const folder = join(root, process.env['VISAVIS_PICTURES'] === 'write' ? 'docs/pictures' : '.state/screenshots');
const WIDTH = 640;

/** What a page of the documentation and the site's help show: the screen as it is now, from a part of it on. */
export async function takePicture(page: Page, name: string, part = 'main'): Promise<void> {
  const from = await page.locator(part).first().boundingBox();
  if (from !== null) await page.evaluate((y) => scrollBy(0, y), from.y - 8);
  const shot = await page.screenshot();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.webp`), await sharp(shot).resize({ width: WIDTH }).webp({ quality: 72 }).toBuffer());
}
