import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createChip, createSpecimenState, testPortrait, unknownCsca } from '@visavis/specimen';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
mkdirSync(join(root, '.state'), { recursive: true });
const scratch = mkdtempSync(join(root, '.state/readme-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The first TypeScript in a page, as a module. */
async function snippetOf(page: string): Promise<{ readonly module: Readonly<Record<string, unknown>>; readonly lines: number }> {
  const code = /```ts\n([\s\S]+?)```/.exec(readFileSync(join(root, page), 'utf8'))?.[1];
  if (code === undefined) throw new Error(`${page} has no TypeScript`);
  const path = join(scratch, 'snippet.ts');
  writeFileSync(path, code);
  const body = code.slice(code.indexOf('{', code.indexOf('export'))).trim();
  return { module: (await import(path)) as Readonly<Record<string, unknown>>, lines: body.split('\n').length - 2 };
}

describe('packages/emrtd/README.md', () => {
  it('shows reading and verifying in about 20 lines that run as they stand', async () => {
    const { module, lines } = await snippetOf('packages/emrtd/README.md');
    expect(lines).toBeLessThanOrEqual(20);
    const readAndVerify = module['readAndVerify'] as (access: unknown, transmit: (apdu: Uint8Array) => Promise<Uint8Array>, anchors: unknown) => Promise<unknown>;
    const nowMs = Date.now();
    const state = createSpecimenState({ seed: 'readme', nowMs });
    const passport = state.mintPassport({ familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2039-02-03', sex: 'female', portrait: testPortrait, access: 'paceAndBac', authentication: 'both' });
    const read = (of: typeof passport, access: unknown = of.access): Promise<unknown> => {
      const chip = createChip(of);
      return readAndVerify(access, (apdu) => Promise.resolve(chip.transmit(apdu)), state.trustAnchors);
    };
    expect(await read(passport)).toMatchObject({ chipProof: 'chipAuthentication', accessProtocol: 'pace', person: { familyName: 'MUSTER' } });
    expect(await read(passport, { kind: 'can', can: passport.can })).toMatchObject({ chipProof: 'chipAuthentication' });
    expect(await read(unknownCsca(passport, nowMs))).toBe('PA_CSCA_UNKNOWN');
    expect(await read(passport, { kind: 'can', can: passport.can === '000000' ? '111111' : '000000' })).toBe('CHIP_ACCESS_DENIED');
  });
});
