import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anchorsOf } from '@visavis/contract';
import { createSpecimenState } from '@visavis/specimen';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { ecKeys, ID_MASTER_LIST, makeCertificate, makeCms, masterListContent } from '../../../../packages/emrtd/src/trust-store/made-up-pki.ts';
import { readOperatorKey } from './read-operator-key.ts';
import { readStore } from './read-store.ts';
import { runTrust } from './trust.ts';

const folder = mkdtempSync(join(tmpdir(), 'visavis-trust-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const nowMs = Date.UTC(2026, 10, 22, 12);
const at = (name: string): string => join(folder, name);
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content);
  return at(name);
};
const keyFiles = (name: string): readonly [string, string] => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return [write(`${name}.pem`, privateKey.export({ format: 'pem', type: 'pkcs8' })), write(`${name}.pub.pem`, publicKey.export({ format: 'pem', type: 'spki' }))];
};
const [key, operatorKey] = keyFiles('operator');
const [strangerKey, stranger] = keyFiles('stranger');

const state = createSpecimenState({ seed: 'trust', nowMs });
const other = createSpecimenState({ seed: 'another state', nowMs });
const pem = (der: Uint8Array): string => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
const csca = write('csca.cer', state.trustAnchors.cscaCertificates[0]!);
const otherCsca = write('other.pem', pem(other.trustAnchors.cscaCertificates[0]!));
const crl = write('utopia.crl', state.trustAnchors.crls[0]!);
const otherCrl = write('other.ldif', `dn: c=UT\ncertificateRevocationList;binary:: ${Buffer.from(other.trustAnchors.crls[0]!).toString('base64')}\n`);

async function operatorsKey(): Promise<CryptoKey> {
  const read = await readOperatorKey(operatorKey, 'verify');
  if (!read.ok) throw new Error(read.fault.code);
  return read.value;
}

/** What of the answers is looked at one by one. */
interface Said {
  readonly version: number;
  readonly fault: { readonly code: string };
  readonly outcomes: readonly { readonly code: string }[];
  readonly list: readonly { readonly fingerprint: string }[];
  readonly added: readonly { readonly from: { readonly file: string } }[];
}

async function trust(...words: string[]): Promise<{ readonly status: number; readonly said: Said }> {
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  said.mockClear();
  const status = await runTrust([...words, '--json'], nowMs);
  const text = said.mock.calls.flat().join('\n');
  return { status, said: JSON.parse(text === '' ? '{}' : text) as Said };
}
const importInto = (store: string, ...files: string[]) => trust('import', '--store', at(store), '--key', key, '--by', 'an office', ...files);
const list = (store: string, by = operatorKey) => trust('list', '--store', at(store), '--operator-key', by);

describe('visavis trust', () => {
  it('import makes a store and says what became of everything; list, show and diff read it', async () => {
    const first = await importInto('a.json', csca, crl);
    expect([first.status, first.said.version]).toEqual([0, 1]);
    expect(first.said.outcomes).toMatchObject([{ kind: 'certificate', country: 'UT', certificates: 1, trusted: 1, refused: 0, list: [{ use: 'anchor', status: 'trusted' }] }, { kind: 'crl' }]);
    const listed = await list('a.json');
    expect(listed.said).toMatchObject({ version: 1, certificates: 1, trusted: 1, revocationLists: 1, list: [{ country: 'UT', role: 'root', from: { by: 'an office', file: 'csca.cer', at: '2026-11-22T12:00:00.000Z' } }] });
    const { fingerprint } = listed.said.list[0]!;
    expect((await trust('show', '--store', at('a.json'), '--operator-key', operatorKey, fingerprint.slice(0, 8))).said).toMatchObject({ fingerprint, use: 'anchor' });
    expect((await trust('show', '--store', at('a.json'), '--operator-key', operatorKey, 'ffff')).said.fault.code).toBe('TRUST_CERTIFICATE_UNKNOWN');

    write('b.json', readFileSync(at('a.json')));
    expect((await importInto('b.json', otherCsca, otherCrl)).status).toBe(0);
    const diff = (await trust('diff', '--operator-key', operatorKey, at('a.json'), at('b.json'))).said;
    expect(diff).toMatchObject({ versions: [1, 2], follows: true, removed: [], changed: [], revocationLists: { added: 1, removed: 0 } });
    expect(diff.added.map(({ from }) => from.file)).toEqual(['other.pem']);
    expect((await trust('diff', '--operator-key', operatorKey, at('b.json'), at('a.json'))).said).toMatchObject({ follows: false, added: [] });
    // The same again changes nothing but the record that it was imported again.
    await importInto('b.json', otherCsca);
    expect((await list('b.json')).said).toMatchObject({ version: 3, certificates: 2 });
  });

  it('what is not signed by the operator is not read, and not written over', async () => {
    await importInto('c.json', csca);
    const honest = readFileSync(at('c.json'), 'utf8');
    expect((await list('c.json', stranger)).said.fault.code).toBe('TRUST_STORE_FILE_NOT_SIGNED');
    for (const [changed, code] of [[honest.replace('an office', 'an Office'), 'TRUST_STORE_FILE_NOT_SIGNED'], [honest.replace('"status":"trusted"', '"status":"expired"'), 'TRUST_STORE_FILE_NOT_SIGNED'], [honest.replace(',"version":1', ', "version":1'), 'TRUST_STORE_FILE_MALFORMED'], [honest.replace('"version":1', '"version":1,"version":1'), 'TRUST_STORE_FILE_MALFORMED'], ['{}', 'TRUST_STORE_FILE_MALFORMED'], ['', 'TRUST_STORE_FILE_MALFORMED']] as const) {
      expect(changed).not.toBe(honest);
      write('c.json', changed);
      expect((await list('c.json')).said.fault.code).toBe(code);
      const again = await importInto('c.json', csca);
      expect([again.status, again.said.fault.code, readFileSync(at('c.json'), 'utf8')]).toEqual([1, code, changed]);
    }
    write('c.json', honest);
    expect((await trust('import', '--store', at('c.json'), '--key', strangerKey, '--by', 'a stranger', otherCsca)).said.fault.code).toBe('TRUST_STORE_FILE_NOT_SIGNED');
    expect((await list('c.json')).status).toBe(0);
  });

  it('a list under no authority of the store is refused, and the store stays as it was', async () => {
    await importInto('d.json', csca);
    const before = readFileSync(at('d.json'), 'utf8');
    const refused = await importInto('d.json', otherCrl);
    expect([refused.status, refused.said.outcomes[0]!.code]).toEqual([1, 'TRUST_STORE_CRL_NOT_TRUSTED']);
    expect(readFileSync(at('d.json'), 'utf8')).toBe(before);
  });

  it('a master list counts only under an authority named for it; a link certificate’s key is an anchor only by an explicit word', async () => {
    const first = makeCertificate({ commonName: 'CSCA 1', kind: 'csca', keys: ecKeys() });
    const link = makeCertificate({ commonName: 'CSCA 2', kind: 'csca', keys: ecKeys(), issuer: first });
    const signer = makeCertificate({ commonName: 'Lists', kind: 'signer', keys: ecKeys(), issuer: first, purposes: ['2.23.136.1.1.3'] });
    const list = makeCms({ contentType: ID_MASTER_LIST, content: masterListContent([first.der, link.der]), signer });
    const [anchor, masterList] = [write('first.cer', first.der), write('list.ml', list)];
    const ldif = write('list.ldif', `dn: c=UT\npkdMasterListContent:: ${Buffer.from(list).toString('base64')}\n`);

    const unnamed = await importInto('m.json', masterList);
    expect([unnamed.status, unnamed.said.version, unnamed.said.outcomes[0]!.code]).toEqual([1, undefined, 'TRUST_LIST_ANCHOR_UNKNOWN']);
    await importInto('m.json', csca);
    expect((await importInto('m.json', '--store-anchors', masterList)).said.outcomes[0]!.code, 'another authority of that country').toBe('TRUST_LIST_ANCHOR_UNKNOWN');

    const named = await importInto('m.json', '--anchor', anchor, ldif);
    expect(named.said.outcomes).toMatchObject([{ kind: 'masterList', certificates: 2, trusted: 2, list: expect.arrayContaining([expect.objectContaining({ role: 'root', use: 'anchor' }), expect.objectContaining({ role: 'link', use: 'newKey' })]) }]);
    const anchors = async () => {
      const store = await readStore(at('m.json'), await operatorsKey());
      if (!store.ok) throw new Error(store.fault.code);
      return anchorsOf(store.value.store).cscaCertificates.length;
    };
    expect(await anchors()).toBe(2);
    expect((await importInto('m.json', '--store-anchors', '--accept-links', masterList)).status).toBe(0);
    expect(await anchors()).toBe(3);
  });

  it('asked wrongly: status 2; files that are nothing: a code', async () => {
    for (const words of [['list', '--store', at('a.json')], ['import', '--store', at('x.json'), csca], ['diff', at('a.json')], ['forget'], ['list', '--nonsense']]) expect((await trust(...words)).status).toBe(2);
    expect((await importInto('x.json', write('noise', 'noise'))).said.fault.code).toBe('TRUST_FILE_UNKNOWN');
    expect((await importInto('x.json', at('nowhere'))).said.fault.code).toBe('TRUST_FILE_UNREADABLE');
    expect((await trust('list', '--store', at('nowhere'), '--operator-key', operatorKey)).said.fault.code).toBe('TRUST_FILE_UNREADABLE');
    expect((await trust('list', '--store', at('a.json'), '--operator-key', csca)).said.fault.code).toBe('TRUST_KEY_UNREADABLE');
  });
});
