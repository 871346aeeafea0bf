import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import activeAuthentication from '../authenticity/active-authentication.vectors.json' with { type: 'json' };
import worked from '../crypto/icao9303-11.vectors.json' with { type: 'json' };
import { parseDg14 } from '../lds/parse-dg14.ts';
import { chipAuthenticationChoices } from './chip-authentication-choices.ts';
import sessions from './chip-authentication.vectors.json' with { type: 'json' };

const repository = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
const folder = join(process.env['VISAVIS_TEST_DATA'] ?? join(repository, '../shared/data'), 'chip');
const present = existsSync(folder);
const json = (name: string): Record<string, unknown> => JSON.parse(readFileSync(join(folder, 'vectors', name), 'utf8')) as Record<string, unknown>;

/** The tests beside this one run on numbers copied from these files: none may be missing, none may have been bent. */
describe.skipIf(!present)(`recordings of real chips and worked examples${present ? '' : ' (left out: no test data; set VISAVIS_TEST_DATA)'}`, () => {
  it('every recorded session with a real chip is among those that are replayed', () => {
    const { CA, AA } = json('real-chip-transcripts.json') as { CA: object; AA: Record<string, object> };
    expect(sessions.sessions).toEqual(CA);
    const { source: _ours, ...replayed } = activeAuthentication;
    expect([replayed]).toEqual(Object.values(AA));
  });

  it('every worked example of ICAO 9303-11 is among those that are tested', () => {
    for (const [name, values] of Object.entries(json('icao9303-11.json'))) if (name !== 'source') expect(worked[name as keyof typeof worked], name).toMatchObject(values as object);
  });

  it.each([
    ['bsi-tr03105-default/Datagroup14.bin', 'ecdh 224'],
    ['zienit/Datagroup14.bin', 'ecdh 224'],
    ['misc/doc9303_spec_sample_dg14.bin', 'dh 1024'],
  ])('%s: a key of a published specimen can be used', (name, group) => {
    const choices = chipAuthenticationChoices(parseDg14(new Uint8Array(readFileSync(join(folder, 'lds', name))))!);
    expect(choices.map((choice) => `${choice.group.agreement} ${choice.group.bits} ${choice.cipher} ${choice.command}`)).toEqual([`${group} des3 setKeyAgreementTemplate`, `${group} des3 generalAuthenticate`]);
  });
});
