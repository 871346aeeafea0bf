import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseDg1 } from '../lds/parse-dg1.ts';
import { parseDg14 } from '../lds/parse-dg14.ts';
import { parseDg15 } from '../lds/parse-dg15.ts';
import { parseDg2 } from '../lds/parse-dg2.ts';
import { parseEfCom } from '../lds/parse-ef-com.ts';
import { parseCertificate } from '../pki/parse-certificate.ts';
import { parseDer } from '../tlv/der.ts';
import { importDeviationList } from '../trust-store/import-deviation-list.ts';
import { importMasterList } from '../trust-store/import-master-list.ts';
import { openTrustStore } from '../trust-store/open-trust-store.ts';
import { defaultTrustPolicy } from '../trust-store/trust-policy.ts';
import { parseSignedData } from '../pki/parse-signed-data.ts';
import { findAuthority } from './verify-document-signer.ts';
import { verifyDataGroups } from './verify-data-groups.ts';
import { verifySodSignature } from './verify-sod-signature.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
const folder = join(process.env['VISAVIS_TEST_DATA'] ?? join(repository, '../shared/data'), 'chip');
const present = existsSync(folder);
const file = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(folder, ...path)));

/** Specimen documents and states' master lists as published: not part of this repository. */
describe.skipIf(!present)(`published documents and master lists${present ? '' : ' (left out: no test data; set VISAVIS_TEST_DATA)'}`, () => {
  const masterLists = present ? readdirSync(join(folder, 'masterlists')).filter((name) => name.endsWith('.ml')) : [];
  const certificates = (name: string): Uint8Array[] => parseDer(parseSignedData(file('masterlists', name))!.content).children[1]!.children.map((node) => node.raw);

  let everyAuthority: ReturnType<typeof openTrustStore> | undefined;

  const DAY = Date.UTC(2026, 10, 27);
  const accountOf = (name: string, anchors: readonly Uint8Array[]) => {
    const list = importMasterList(file('masterlists', name), { anchors: anchors.map((der) => parseCertificate(der)!), policy: defaultTrustPolicy, atMs: DAY });
    if (!list.ok) throw new Error(list.fault.code);
    return list.value.certificates;
  };
  const german = () => accountOf('DE_ML_2026-05-28-08-28-45.ml', [file('masterlists/DE_ROOT_CA_CSCA07.cer')]);
  const dutch = () => accountOf('NL_ML_2026-07-22.ml', [file('masterlists/NL_ROOT_CA.cer')]);
  /** No Italian anchor was published beside the list: the German list vouches for it. */
  const italian = () => accountOf('IT_MasterListCSCA.ml', german().filter(({ use }) => use === 'anchor').map(({ der }) => der));

  it.each([
    ['German', german, { trusted: 560, expired: 15, refused: 13 }, { TRUST_LINK_NOT_VOUCHED: 12, TRUST_CERTIFICATE_NOT_AUTHORITY: 1 }],
    ['Dutch', dutch, { trusted: 403, expired: 8, refused: 0 }, {}],
    ['Italian', italian, { trusted: 186, expired: 139, refused: 8 }, { TRUST_LINK_NOT_VOUCHED: 6, TRUST_CERTIFICATE_NOT_AUTHORITY: 2 }],
  ] as const)('every certificate of the %s master list is accounted for, and its anchors open a store', (_state, read, statuses, codes) => {
    const accounted = read();
    for (const [status, count] of Object.entries(statuses)) expect([status, accounted.filter((c) => c.status === status).length]).toEqual([status, count]);
    for (const { status, code } of accounted) expect(code === undefined).toBe(status !== 'refused');
    const counts: Record<string, number> = {};
    for (const { code } of accounted) if (code !== undefined) counts[code] = (counts[code] ?? 0) + 1;
    expect(counts).toEqual(codes);
    const anchors = accounted.filter(({ use }) => use === 'anchor');
    const store = openTrustStore({ cscaCertificates: anchors.map(({ der }) => der), crls: [], deviationLists: [], policy: defaultTrustPolicy });
    expect(store.ok && store.value.authorities.all.length).toBe(anchors.length);
  });

  it('Lithuania’s malformed key identifiers: read without them, and said', () => {
    const malformed = italian().filter(({ notes }) => notes.includes('malformedSubjectKeyIdentifier'));
    expect(malformed.map(({ country, status, role }) => `${country} ${status} ${role}`).sort()).toEqual(['LT expired link', 'LT trusted link', 'LT trusted link']);
  });

  it('Estonia’s deviation list is read under Estonia’s authority, and under no other', () => {
    const cms = file('lists/EE_deviationlist_2018.bin');
    const under = (country: string) => importDeviationList(cms, { anchors: german().filter((c) => c.country === country).map(({ der }) => parseCertificate(der)!), policy: defaultTrustPolicy, atMs: DAY });
    const [estonian, finnish] = [under('EE'), under('FI')];
    expect(estonian.ok && estonian.value.deviations.map(({ types, documentNumbers }) => [types, documentNumbers!.size])).toEqual([[['2.23.136.1.1.7.2.3'], 169_422]]);
    expect(finnish.ok || finnish.fault.code).toBe('TRUST_LIST_ANCHOR_UNKNOWN');
  });

  it.each([
    ['bsi-tr03105-default/EF_SOD.bin', [1, 2, 3, 14], undefined, 'PA_SIGNER_NOT_ALLOWED'],
    ['loes2006/ef011D.bin', [1, 2, 15], 'NL', 'PA_CSCA_UNKNOWN'],
    ['zienit/EF_SOD.bin', [1, 2, 3, 4, 14], 'DE', 'PA_CSCA_UNKNOWN'],
    ['misc/NZ2013_EF_SOD.BIN', [1, 2, 12, 13, 15], 'NZ', 'PA_CSCA_UNKNOWN'],
  ] as const)('%s: the signature holds; no authority on the lists stands behind it', (name, groups, country, code) => {
    const signed = verifySodSignature(file('lds', name));
    if (!signed.ok) throw new Error(signed.fault.code);
    expect([...signed.value.securityObject.hashes.keys()].sort((a, b) => a - b)).toEqual(groups);
    expect(signed.value.documentSigner.issuerCountry).toBe(country);
    everyAuthority ??= openTrustStore({ cscaCertificates: masterLists.flatMap(certificates), crls: [], deviationLists: [], policy: defaultTrustPolicy });
    if (!everyAuthority.ok) throw new Error(everyAuthority.fault.code);
    const authority = findAuthority(signed.value.documentSigner, everyAuthority.value);
    expect(authority.ok || authority.fault.code).toBe(code);
  });

  it('data groups of two specimens are the signed ones', () => {
    const bsi = { efSod: file('lds/bsi-tr03105-default/EF_SOD.bin'), dg1: file('lds/bsi-tr03105-default/Datagroup1.bin'), dg2: file('lds/bsi-tr03105-default/Datagroup2.bin'), dg14: file('lds/bsi-tr03105-default/Datagroup14.bin') };
    const loes = { efSod: file('lds/loes2006/ef011D.bin'), dg1: file('lds/loes2006/ef0101.bin'), dg2: file('lds/loes2006/ef0102.bin'), dg15: file('lds/loes2006/ef010F.bin') };
    for (const files of [bsi, loes]) {
      const signed = verifySodSignature(files.efSod);
      if (!signed.ok) throw new Error(signed.fault.code);
      const { efSod: _signatureFile, ...read } = files;
      const groups = new Map(Object.entries(read).map(([name, contents]) => [Number(name.slice(2)), contents]));
      const { outcomes, fault } = verifyDataGroups(groups, signed.value.securityObject);
      expect([fault, [...groups.keys()].map((number) => outcomes.get(number))]).toEqual([undefined, [...groups.keys()].map(() => 'pass')]);
      expect(parseDg1(files.dg1)?.checkDigitsAgree).toBe(true);
      expect(parseDg2(files.dg2)?.mediaType).toBe('image/jp2');
    }
    expect(parseDg14(bsi.dg14)?.chipAuthentication).toHaveLength(1);
    expect(parseDg15(loes.dg15)).toBeDefined();
    expect(parseEfCom(file('lds/loes2006/ef011E.bin'))?.tags).toEqual([0x61, 0x75, 0x6f]);
  });
});
