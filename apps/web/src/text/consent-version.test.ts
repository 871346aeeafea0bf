import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { en } from './en.ts';

/** Every text a citizen may have agreed to, by version: first 16 hexadecimal digits of SHA-256 over its words. Lines are added, never changed. */
const WORDS_OF_VERSION: Readonly<Record<string, string>> = {
  '2026-11.1': '376590a88d7a00b5',
  '2026-11.2': '98813e7646dfdbae',
  '2026-11.3': '0f3cdad9da5a1cae',
  '2026-11.4': 'aa05fcd652b1b1ed',
};

it('new words of consent get a new version, so that a recorded agreement always names what was read', () => {
  const { version, ...words } = en.consent;
  expect(createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 16)).toBe(WORDS_OF_VERSION[version]);
});
