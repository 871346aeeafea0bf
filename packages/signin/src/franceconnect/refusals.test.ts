import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { REFUSALS } from './refusals.ts';

it('docs/franceconnect.md lists each code with what its page says, and no other', () => {
  const page = readFileSync(new URL('../../../../docs/franceconnect.md', import.meta.url), 'utf8');
  expect([...page.matchAll(/^\| (Y[0-9A-F]{6}) \| (.*) \|$/gm)].map(([, code, words]) => [code, words])).toEqual(Object.entries(REFUSALS));
});
