import { readFileSync } from 'node:fs';
import { noCivilRegistry } from '@visavis/registry';
import { expect, it } from 'vitest';
import { parseServices } from '../parse-services.ts';
import { scopesFor } from './claims.ts';
import { franceConnectMount } from './franceconnect-mount.ts';
import { REFUSALS } from './refusals.ts';

const page = readFileSync(new URL('../../../../docs/franceconnect.md', import.meta.url), 'utf8');

it('docs/franceconnect.md lists each code with what its page says, and no other', () => {
  expect([...page.matchAll(/^\| (Y[0-9A-F]{6}) \| (.*) \|$/gm)].map(([, code, words]) => [code, words])).toEqual(Object.entries(REFUSALS));
});

it('the service that it registers can be, and may ask for the pivot identity and the profile', () => {
  const [, example] = /```json\n([^]*?)```/.exec(page)!;
  const services = parseServices(JSON.parse(example!), [franceConnectMount(noCivilRegistry)], false);
  expect(services).toMatchObject({ ok: true, value: [{ clientId: 'town-hall', platform: 'low' }] });
  if (services.ok) expect(scopesFor('low', services.value[0]!.claims)).toEqual(expect.arrayContaining(['identite_pivot', 'profile', 'birth', 'email']));
});
