import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fixedDirectory } from './service-directory.ts';
import { SERVICE_CLAIMS } from './strict/claims.ts';
import { strictMount } from './strict/strict-mount.ts';

const page = readFileSync(new URL('../../../docs/service-stacks.md', import.meta.url), 'utf8');

/** A page of settings is wrong in silence: what the code says is what it has to say. */
it('the page of stacks names the issuer, algorithms, levels and claims that the strict mount has', () => {
  const { enabledJWA, acrValues } = strictMount.configuration(fixedDirectory([]));
  const issuers = [...page.matchAll(/https:\/\/id\.example(\/[a-z]*)/g)].map(([, path]) => path);
  expect(new Set(issuers)).toEqual(new Set([strictMount.path]));
  expect(page).toContain(`Scopes are \`openid\` and each claim by its name (${SERVICE_CLAIMS.map((claim) => `\`${claim}\``).join(', ')})`);
  for (const algorithm of enabledJWA!.idTokenSigningAlgValues!) expect(page).toContain(`algorithm of the id_token | \`${algorithm}\``);
  expect(enabledJWA!.idTokenSigningAlgValues).not.toContain('RS256');
  const levels = [...page.matchAll(/\beidas\d/g)].map(([level]) => level);
  for (const level of levels) expect([...acrValues!]).toContain(level);
});
