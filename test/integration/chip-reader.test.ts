import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Chip, createChip, createSpecimenState, type Passport, testPortrait } from '@visavis/specimen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVirtualReader, type VirtualReader } from '../support/virtual-reader.ts';

const program = join(import.meta.dirname, '../../script/visavis');
const folder = mkdtempSync(join(tmpdir(), 'visavis-chip-reader-'));
const state = createSpecimenState({ seed: 'chip reader', nowMs: Date.now() });
const order = { portrait: testPortrait, familyName: 'SPECIMEN', givenNames: 'ANNA', dateOfBirth: '1990-01-01', dateOfExpiry: '2033-01-01', sex: 'female' } as const;
const modern = state.mintPassport({ ...order, access: 'pace', authentication: 'chipAuthentication' });
const old = state.mintPassport({ ...order, access: 'bac', authentication: 'activeAuthentication' });

let reader: VirtualReader;
const trust: string[] = [];
beforeAll(async () => {
  const write = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  trust.push('--trust', write('csca.cer', state.trustAnchors.cscaCertificates[0]!), '--crl', write('utopia.crl', state.trustAnchors.crls[0]!));
  reader = await startVirtualReader();
});
afterAll(async () => {
  await reader?.stop();
  rmSync(folder, { recursive: true });
});

interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

function chipRead(words: readonly string[], o: { readonly typed?: string; readonly environment?: Readonly<Record<string, string>> } = {}): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(program, ['chip', 'read', ...words], { env: { ...process.env, ...(o.environment ?? reader.environment) } });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (text) => (output += String(text)));
    child.stderr.on('data', (text) => (errors += String(text)));
    child.on('close', (status) => resolve({ status, output, errors }));
    child.stdin.end(o.typed ?? '');
  });
}

const mrzOf = ({ access }: Passport): string => `${access.documentNumber},${access.dateOfBirth},${access.dateOfExpiry}`;
const json = ({ output }: Run): unknown => JSON.parse(output) as unknown;

describe('visavis chip read through pcscd', () => {
  it('alone lists the readers', async () => {
    expect(await chipRead([])).toEqual({ status: 0, output: `${reader.names.join('\n')}\n`, errors: '' });
  });

  it('reads and proves a passport by PACE and chip authentication', async () => {
    await reader.lay(0, createChip(modern, { extendedLengthBytes: 65_535 }));
    const { status, output, errors } = await chipRead(['--reader', reader.names[0], '--mrz', mrzOf(modern), ...trust]);
    expect([status, errors]).toEqual([0, '']);
    expect(output).toMatch(/^familyName +SPECIMEN$/m);
    expect(output).toMatch(new RegExp(`^documentNumber +${modern.documentNumber}$`, 'm'));
    expect(output).toMatch(/^chipProof +chipAuthentication$/m);
    expect(output).toMatch(/^documentSignerNotRevoked +pass$/m);
    expect(output).toMatch(/^pass$/m);
  });

  it('reads and proves a passport by BAC and active authentication, without its number among the processes', async () => {
    await reader.lay(1, createChip(old));
    const run = await chipRead(['--reader', reader.names[1], '--mrz', '-', ...trust, '--json'], { typed: `${mrzOf(old)}\n` });
    expect(run).toMatchObject({ status: 0, errors: '' });
    expect(json(run)).toMatchObject({ verdict: 'pass', accessProtocol: 'bac', fields: { givenNames: 'ANNA', chipProof: 'activeAuthentication' } });
    expect(json(run)).toHaveProperty('checks', expect.arrayContaining([{ name: 'activeAuthentication', result: 'pass' }, { name: 'passiveAuthentication', result: 'pass' }]));
  });

  it('opens by the number on the front, and keeps the files for their owner alone', async () => {
    await reader.lay(0, createChip(modern));
    const out = join(folder, 'files');
    expect(await chipRead(['--reader', reader.names[0], '--can', '-', ...trust, '--out', out], { typed: `${modern.can}\n` })).toMatchObject({ status: 0, errors: '' });
    expect(Uint8Array.from(readFileSync(join(out, 'dg1.bin')))).toEqual(modern.files.dg1);
    expect(readdirSync(out).map((name) => statSync(join(out, name)).mode & 0o777)).toEqual(readdirSync(out).map(() => 0o600));
  });

  it('says that withdrawal was not checked where no list was given', async () => {
    await reader.lay(0, createChip(modern));
    const { status, output } = await chipRead(['--reader', reader.names[0], '--mrz', mrzOf(modern), ...trust.slice(0, 2)]);
    expect(status).toBe(0);
    expect(output).toMatch(/^documentSignerNotRevoked +notRun \(noRevocationList\)$/m);
    expect(output).toMatch(/^pass, but .*withdrawn/m);
  });

  it('refuses a document of a state that nobody named', async () => {
    const stranger = createSpecimenState({ seed: 'stranger', nowMs: Date.now() }).mintPassport({ ...order, access: 'bac', authentication: 'activeAuthentication' });
    await reader.lay(1, createChip(stranger));
    const run = await chipRead(['--reader', reader.names[1], '--mrz', mrzOf(stranger), ...trust, '--json']);
    expect([run.status, json(run)]).toMatchObject([1, { verdict: 'fail', fault: { code: 'PA_CSCA_UNKNOWN' }, fields: {} }]);
  });

  it('refuses the fields of another document', async () => {
    await reader.lay(1, createChip(old));
    const run = await chipRead(['--reader', reader.names[1], '--mrz', mrzOf(modern), ...trust, '--json']);
    expect([run.status, json(run)]).toMatchObject([1, { verdict: 'fail', fault: { code: 'CHIP_ACCESS_DENIED' }, checks: [] }]);
    expect(run.errors).toContain('CHIP_ACCESS_DENIED');
  });

  it('tells a document that was taken away from one that is not there', async () => {
    await reader.lay(0, onCommand(20, () => reader.takeAway(0), createChip(modern)));
    const run = await chipRead(['--reader', reader.names[0], '--mrz', mrzOf(modern), ...trust, '--json']);
    expect([run.status, json(run)]).toMatchObject([1, { verdict: 'fail', fault: { code: 'CHIP_TAG_LOST' } }]);
    const next = await chipRead(['--reader', reader.names[0], '--mrz', mrzOf(modern), ...trust, '--json']);
    expect([next.status, json(next)]).toMatchObject([1, { fault: { code: 'PCSC_CARD_ABSENT' } }]);
    await reader.lay(0, createChip(modern));
    expect(await chipRead(['--reader', reader.names[0], '--mrz', mrzOf(modern), ...trust])).toMatchObject({ status: 0 });
  });

  it('knows no reader of another name, and no service where there is none', async () => {
    const other = await chipRead(['--reader', 'Visavis test', '--mrz', mrzOf(modern), ...trust, '--json']);
    expect([other.status, json(other)]).toMatchObject([1, { verdict: 'fail', fault: { code: 'PCSC_READER_UNKNOWN' } }]);
    const environment = { PCSCLITE_CSOCK_NAME: join(folder, 'nobody') };
    const none = await chipRead(['--reader', reader.names[0], '--mrz', mrzOf(modern), ...trust, '--json'], { environment });
    expect([none.status, json(none)]).toMatchObject([1, { verdict: 'fail', fault: { code: 'PCSC_UNAVAILABLE' } }]);
    const list = await chipRead([], { environment });
    expect([list.status, list.output, list.errors]).toEqual([1, '', expect.stringContaining('PCSC_UNAVAILABLE')]);
  });

  it('blames the service, not the document, when the service ends', async () => {
    await reader.lay(0, onCommand(20, () => reader.crash(), createChip(modern)));
    const run = await chipRead(['--reader', reader.names[0], '--mrz', mrzOf(modern), ...trust, '--json']);
    expect([run.status, json(run)]).toMatchObject([1, { verdict: 'fail', fault: { code: 'PCSC_TRANSMISSION_FAILED' } }]);
  });
});

function onCommand(number: number, happens: () => void, chip: Chip): Chip {
  let left = number;
  return {
    ...chip,
    transmit(apdu) {
      if (--left === 0) happens();
      return chip.transmit(apdu);
    },
  };
}
