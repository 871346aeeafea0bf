import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { complaints, complaintsPage } from '../script/pages/complaints-page.ts';

const root = join(import.meta.dirname, '..');
const pictures = join(root, 'docs/pictures');
/** Small enough for the help on a slow line. */
const MAX_PICTURE_BYTES = 40_000;

it('docs/complaints.md is the table of the code', () => {
  expect(readFileSync(join(root, 'docs/complaints.md'), 'utf8')).toBe(complaintsPage());
});

it('each of the fifteen complaints has a test of its name and a picture that a test takes, or says what is missing', () => {
  const taken = readFileSync(join(root, 'test/browser/complaints.test.ts'), 'utf8');
  expect(complaints).toHaveLength(15);
  for (const { complaint, test, picture, missing } of complaints) {
    expect(readFileSync(join(root, test.file), 'utf8'), complaint).toContain(`it('${test.name}'`);
    if (picture === undefined) expect(missing, complaint).toBeDefined();
    else expect(taken, complaint).toContain(`'${picture}'`);
  }
});

it('the pictures of the table, of the help and of the README are there, and small', () => {
  const [english, readme] = ['apps/web/src/text/en.ts', 'README.md'].map((path) => readFileSync(join(root, path), 'utf8'));
  const shown = new Set([...complaints.flatMap(({ picture }) => picture ?? []), ...[...english!.matchAll(/picture: '([^']+)'/g)].map(([, name]) => name!), ...[...readme!.matchAll(/docs\/pictures\/((?:flow|complaint)-[^.]+)\.webp/g)].map(([, name]) => name!)]);
  expect(shown.size).toBeGreaterThan(15);
  for (const name of shown) expect(statSync(join(pictures, `${name}.webp`)).size, name).toBeLessThanOrEqual(MAX_PICTURE_BYTES);
  // And no other: what nobody shows is not kept.
  expect(readdirSync(pictures).filter((file) => file.endsWith('.webp')).toSorted()).toEqual([...shown].map((name) => `${name}.webp`).toSorted());
});
