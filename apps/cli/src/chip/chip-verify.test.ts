import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSpecimenState, testPortrait } from '@visavis/specimen';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { ecKeys, ID_MASTER_LIST, makeCertificate, makeCms, masterListContent } from '../../../../packages/emrtd/src/trust-store/made-up-pki.ts';
import { runChip } from './chip.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const folder = mkdtempSync(join(tmpdir(), 'visavis-chip-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const state = createSpecimenState({ seed: 'chip verify', nowMs });
const order = { portrait: testPortrait, familyName: 'SPECIMEN', givenNames: 'ANNA', dateOfBirth: '1990-01-01', dateOfExpiry: '2033-01-01', sex: 'female', access: 'pace', authentication: 'both' } as const;
const { files } = state.mintPassport(order);
const flipped = (bytes: Uint8Array, at = bytes.length - 1): Uint8Array => bytes.with(at, bytes[at]! ^ 1);

const sod = write('sod.bin', files.sod);
const dg1 = write('dg1.bin', files.dg1);
const dg2 = write('dg2.bin', files.dg2);
const csca = write('csca.cer', state.trustAnchors.cscaCertificates[0]!);
const crl = write('utopia.crl', state.trustAnchors.crls[0]!);
const stranger = write('stranger.cer', createSpecimenState({ seed: 'stranger', nowMs }).trustAnchors.cscaCertificates[0]!);
const nothing = join(folder, 'nothing');

interface Said {
  readonly verdict: string;
  readonly checks: readonly { readonly name: string; readonly result: string; readonly code?: string }[];
}

async function chip(...words: string[]): Promise<{ readonly status: number; readonly lines: readonly string[]; readonly errors: string }> {
  const lines: string[] = [];
  const errors: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void errors.push(line));
  return { status: await runChip(words, nowMs), lines, errors: errors.join('\n') };
}

async function verify(...words: string[]): Promise<{ readonly status: number; readonly said: Said; readonly failures: readonly string[] }> {
  const { status, lines } = await chip('verify', '--json', ...words);
  expect(lines).toHaveLength(1);
  const said = JSON.parse(lines[0]!) as Said;
  return { status, said, failures: said.checks.flatMap(({ name, result, code }) => (result === 'fail' ? [`${name}: ${code}`] : [])) };
}

const honest = ['--sod', sod, '--dg', `1=${dg1}`, '--dg', `2=${dg2}`, '--trust', csca, '--crl', crl];

describe('visavis chip verify', () => {
  it('passes what a trusted state signed, and says what it says in JSON', async () => {
    const { status, said } = await verify(...honest);
    expect(status).toBe(0);
    const certificate = { country: 'UT', serialNumber: expect.stringMatching(/^53/), notBefore: expect.any(String), notAfter: expect.any(String), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
    const checks = ['sodSignature', 'documentSignerTrusted', 'dataGroupHashes', 'documentSignerNotRevoked', 'issuingState', 'documentSignerValidity', 'deviations'].map((name) => ({ name, result: 'pass' }));
    expect(said).toEqual({ verdict: 'pass', checks, documentSigner: certificate, csca: certificate, dgs: { 1: 'pass', 2: 'pass', 14: 'notRead', 15: 'notRead' } });
  });

  it('takes several files after one option, as a shell expands them', async () => {
    expect(await verify('--sod', sod, '--dg', `1=${dg1}`, `2=${dg2}`, '--crl', crl, '--trust', stranger, csca)).toMatchObject({ status: 0, said: { dgs: { 1: 'pass', 2: 'pass' } } });
  });

  it.each([
    ['a changed data group', 'dataGroupHashes: PA_DG_HASH_MISMATCH', { dgs: { 1: 'pass', 2: 'fail', 14: 'notRead', 15: 'notRead' } }, () => ['--sod', sod, '--dg', `1=${dg1}`, '--dg', `2=${write('dg2-changed.bin', flipped(files.dg2))}`, '--trust', csca, '--crl', crl]],
    ['a changed signature', 'sodSignature: PA_SOD_SIGNATURE_INVALID', { documentSigner: null, csca: null, dgs: {} }, () => ['--sod', write('sod-changed.bin', flipped(files.sod)), '--dg', `1=${dg1}`, '--trust', csca, '--crl', crl]],
    ['a state that nobody named', 'documentSignerTrusted: PA_CSCA_UNKNOWN', { csca: null }, () => ['--sod', sod, '--dg', `1=${dg1}`, '--trust', stranger]],
    ['a signer that its state withdrew', 'documentSignerNotRevoked: PA_SIGNER_REVOKED', {}, () => ['--sod', write('sod-revoked.bin', state.mintPassport({ ...order, signer: 'revoked' }).files.sod), '--trust', csca, '--crl', crl]],
    ['a file that is not there', 'files: TRUST_FILE_UNREADABLE', { documentSigner: null, csca: null, dgs: {} }, () => ['--sod', nothing, '--trust', csca]],
    ['a list of withdrawn certificates that is none', 'trustStore: TRUST_FILE_UNKNOWN', {}, () => ['--sod', sod, '--trust', csca, '--crl', csca]],
  ] as const)('fails on %s', async (_what, failure, said, words) => {
    expect(await verify(...words())).toMatchObject({ status: 1, failures: [failure], said: { verdict: 'fail', ...said } });
  });

  it('looks at the time it is told', async () => {
    expect(await verify(...honest, '--at', '2026-11-23')).toMatchObject({ status: 0 });
    expect((await verify(...honest, '--at', '2039-11-22T12:00:00Z')).status).toBe(1);
  });

  it('says what was not looked at', async () => {
    const { status, lines } = await chip('verify', '--sod', sod, '--trust', csca);
    expect(status).toBe(0);
    expect(lines).toContain('documentSignerNotRevoked    notRun (noRevocationList)');
    expect(lines).toContain('dataGroupHashes             notRun (noDataGroupRead)');
    expect(lines).toContain('DG2                         notRead');
    expect(lines.at(-1)).toMatch(/^pass, but no data group was compared.*, but .*withdrawn.*--crl$/);
    expect((await chip('verify', ...honest)).lines.at(-1)).toBe('pass');
  });

  it('believes a master list only beside the authority that stands behind it', async () => {
    const authority = makeCertificate({ commonName: 'CSCA Listland', country: 'LL', kind: 'csca', keys: ecKeys() });
    const signer = makeCertificate({ commonName: 'List signer', country: 'LL', kind: 'signer', keys: ecKeys(), issuer: authority, purposes: ['2.23.136.1.1.3'] });
    const list = write('list.ml', makeCms({ contentType: ID_MASTER_LIST, content: masterListContent([authority.der, state.trustAnchors.cscaCertificates[0]!]), signer }));
    expect(await verify('--sod', sod, '--dg', `1=${dg1}`, '--trust', list)).toMatchObject({ status: 1, failures: ['trustStore: TRUST_LIST_ANCHOR_UNKNOWN'] });
    expect(await verify('--sod', sod, '--dg', `1=${dg1}`, '--trust', list, stranger)).toMatchObject({ status: 1, failures: ['trustStore: TRUST_LIST_ANCHOR_UNKNOWN'] });
    expect(await verify('--sod', sod, '--dg', `1=${dg1}`, '--trust', list, write('authority.cer', authority.der))).toMatchObject({ status: 0, failures: [] });
  });

  it.each([
    ['nothing', []],
    ['no trust', ['--sod', sod]],
    ['no EF.SOD', ['--trust', csca]],
    ['a group without a number', ['--sod', sod, '--trust', csca, '--dg', dg1]],
    ['a group that there is not', ['--sod', sod, '--trust', csca, '--dg', `17=${dg1}`]],
    ['a group twice', ['--sod', sod, '--trust', csca, '--dg', `1=${dg1}`, '--dg', `1=${dg2}`]],
    ['a time that is none', ['--sod', sod, '--trust', csca, '--at', '1']],
    ['an option that there is not', ['--sod', sod, '--trust', csca, '--default-trust']],
    ['a word too many', [sod, '--sod', sod, '--trust', csca]],
  ])('explains itself when asked with %s', async (_what, words) => {
    expect(await chip('verify', ...words)).toMatchObject({ status: 2, lines: [], errors: expect.stringContaining('visavis chip verify --sod') });
  });
});

describe('visavis chip', () => {
  it.each([
    ['nothing', []],
    ['a command that there is not', ['write']],
    ['a reader alone', ['read', '--reader', 'a']],
    ['nothing to open the document with', ['read', '--reader', 'a', '--trust', csca]],
    ['two ways to open it', ['read', '--reader', 'a', '--trust', csca, '--can', '123456', '--mrz', '1,2,3']],
    ['too few fields', ['read', '--reader', 'a', '--trust', csca, '--mrz', '1,2']],
    ['no trust', ['read', '--reader', 'a', '--can', '123456']],
    ['no reader', ['read', '--can', '123456', '--trust', csca]],
  ])('explains itself when asked with %s', async (_what, words) => {
    expect(await chip(...words)).toMatchObject({ status: 2, lines: [], errors: expect.stringContaining('visavis chip read') });
  });

  it('read tells of a trust file before it asks for a document', async () => {
    const { status, lines } = await chip('read', '--reader', 'a', '--can', '123456', '--trust', nothing, '--json');
    expect([status, JSON.parse(lines.join(''))]).toMatchObject([1, { verdict: 'fail', fault: { code: 'TRUST_FILE_UNREADABLE', nextStep: expect.any(String) }, checks: [] }]);
  });
});
