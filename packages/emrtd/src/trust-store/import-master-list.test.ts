import { fromHex, type Result } from '@visavis/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from '../pki/parse-certificate.ts';
import { parseDer } from '../tlv/der.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import { importDeviationList } from './import-deviation-list.ts';
import { importMasterList, type MasterListImport } from './import-master-list.ts';
import { type CertificatePlan, DAY_MS, deviationListContent, ecKeys, ID_DEVIATION_LIST, ID_MASTER_LIST, keyThatIsItsOwnGenerator, type MadeUpCertificate, makeCertificate, makeCms, makeExtension, masterListContent, NOW_MS, rsaKeys } from './made-up-pki.ts';
import { readLdif } from './read-ldif.ts';
import { defaultTrustPolicy } from './trust-policy.ts';

const csca = makeCertificate({ commonName: 'CSCA', kind: 'csca', keys: ecKeys() });
const foreign = makeCertificate({ commonName: 'CSCA', country: 'ZZ', kind: 'csca', keys: ecKeys() });
const listSigner = (plan: Partial<CertificatePlan> = {}): MadeUpCertificate => makeCertificate({ commonName: 'List Signer', kind: 'signer', keys: ecKeys('named'), issuer: csca, purposes: ['2.23.136.1.1.3'], ...plan });
const signer = listSigner();
const masterList = (certificates: readonly Uint8Array[], o: Partial<Parameters<typeof makeCms>[0]> = {}): Uint8Array => makeCms({ contentType: ID_MASTER_LIST, content: masterListContent(certificates), signer, ...o });

const parsed = (certificate: MadeUpCertificate) => parseCertificate(certificate.der)!;
const options = { anchors: [parsed(csca)], policy: defaultTrustPolicy, atMs: NOW_MS };
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.code);
function imported(certificates: readonly Uint8Array[]): MasterListImport {
  const result = importMasterList(masterList(certificates), options);
  if (!result.ok) throw new Error(result.fault.code);
  return result.value;
}

describe('a master list', () => {
  it.each<readonly [string, string, () => Result<unknown>]>([
    ['honest', 'ok', () => importMasterList(masterList([csca.der]), options)],
    ['honest, with the authority’s certificate beside the signer’s', 'ok', () => importMasterList(masterList([csca.der], { certificates: [signer.der, csca.der] }), options)],
    ['no anchor named', 'TRUST_LIST_ANCHOR_UNKNOWN', () => importMasterList(masterList([csca.der]), { ...options, anchors: [] })],
    ['under an authority that only the list itself brings', 'TRUST_LIST_ANCHOR_UNKNOWN', () => importMasterList(masterList([csca.der], { certificates: [signer.der, csca.der] }), { ...options, anchors: [parsed(foreign)] })],
    ['signed by a document signer', 'TRUST_LIST_SIGNER_NOT_ALLOWED', () => importMasterList(masterList([csca.der], { signer: makeCertificate({ commonName: 'DS', kind: 'signer', keys: ecKeys(), issuer: csca }) }), options)],
    ['signed by a signer of other lists', 'TRUST_LIST_SIGNER_NOT_ALLOWED', () => importMasterList(masterList([csca.der], { signer: listSigner({ purposes: ['2.23.136.1.1.8'] }) }), options)],
    ['signed by the authority itself', 'TRUST_LIST_SIGNER_NOT_ALLOWED', () => importMasterList(masterList([csca.der], { signer: csca }), options)],
    ['signed after its signer expired', 'TRUST_LIST_SIGNER_NOT_VALID', () => importMasterList(masterList([csca.der], { signer: listSigner({ notAfterMs: NOW_MS - 2 * DAY_MS }) }), options)],
    ['signed while its signer was valid, which has expired since', 'ok', () => importMasterList(masterList([csca.der], { signer: listSigner({ notAfterMs: NOW_MS - DAY_MS / 2 }) }), options)],
    ['signed in the future', 'TRUST_LIST_SIGNER_NOT_VALID', () => importMasterList(masterList([csca.der], { signingTimeMs: NOW_MS + 3 * DAY_MS }), options)],
    ['of another kind, by its attribute', 'TRUST_LIST_SIGNATURE_INVALID', () => importMasterList(masterList([csca.der], { saidContentType: '2.23.136.1.1.1' }), options)],
    ['of another kind', 'TRUST_LIST_MALFORMED', () => importMasterList(masterList([csca.der], { contentType: '2.23.136.1.1.1' }), options)],
    ['without signed attributes', 'TRUST_LIST_MALFORMED', () => importMasterList(masterList([csca.der], { withoutAttributes: true }), options)],
    ['SHA-1 today', 'TRUST_LIST_ALGORITHM_UNSUPPORTED', () => importMasterList(masterList([csca.der], { hashName: 'sha1' }), options)],
    ['content that is no list', 'TRUST_LIST_MALFORMED', () => importMasterList(masterList([], { content: fromHex('30030201ff') }), options)],
    ['nothing', 'TRUST_LIST_MALFORMED', () => importMasterList(new Uint8Array(), options)],
  ])('%s: %s', (_what, code, attempt) => {
    expect(codeOf(attempt())).toBe(code);
  });

  it('accounts for every certificate: trusted, expired, or refused by a code', () => {
    const newKeys = ecKeys();
    const plans: readonly (readonly [string, Uint8Array])[] = [
      ['trusted', csca.der],
      ['expired', makeCertificate({ commonName: 'old', kind: 'csca', keys: ecKeys(), notBeforeMs: NOW_MS - 90 * DAY_MS, notAfterMs: NOW_MS - DAY_MS }).der],
      ['trusted, notYetValid', makeCertificate({ commonName: 'coming', kind: 'csca', keys: ecKeys(), notBeforeMs: NOW_MS + DAY_MS }).der],
      ['trusted, malformedSubjectKeyIdentifier', makeCertificate({ commonName: 'as Lithuania', kind: 'csca', keys: ecKeys(), subjectKeyId: fromHex('0102030405') }).der],
      ['trusted, noBasicConstraints', makeCertificate({ commonName: 'as Belgium', kind: 'csca', keys: ecKeys(), basicConstraints: null }).der],
      ['trusted, basicConstraintsDenyAuthority', makeCertificate({ commonName: 'as Turkey', kind: 'csca', keys: ecKeys(), basicConstraints: false }).der],
      ['TRUST_CERTIFICATE_NOT_AUTHORITY', makeCertificate({ commonName: 'as China', kind: 'csca', keys: ecKeys(), keyUsage: Uint8Array.of(0x80) }).der],
      ['TRUST_CERTIFICATE_NOT_AUTHORITY', makeCertificate({ commonName: 'no key usage', kind: 'csca', keys: ecKeys(), keyUsage: null }).der],
      ['TRUST_CERTIFICATE_EXTENSION_UNKNOWN', makeCertificate({ commonName: 'odd', kind: 'csca', keys: ecKeys(), moreExtensions: [makeExtension('1.2.3.4', true)] }).der],
      ['trusted', makeCertificate({ commonName: 'odd but not critical', kind: 'csca', keys: ecKeys(), moreExtensions: [makeExtension('1.2.3.4', false)] }).der],
      ['TRUST_CERTIFICATE_TOO_WEAK', makeCertificate({ commonName: 'weak', kind: 'csca', keys: rsaKeys(1024) }).der],
      ['TRUST_CERTIFICATE_KEY_UNSUPPORTED', makeCertificate({ commonName: 'another curve', kind: 'csca', keys: ecKeys('named', 'secp256k1') }).der],
      ['TRUST_CERTIFICATE_KEY_UNSUPPORTED', makeCertificate({ commonName: 'CVE-2020-0601', kind: 'csca', keys: ecKeys(), subjectPublicKeyInfo: keyThatIsItsOwnGenerator(csca.keys.publicKey) }).der],
      ['TRUST_CERTIFICATE_SIGNATURE_INVALID', makeCertificate({ commonName: 'another key', kind: 'csca', keys: ecKeys(), subjectPublicKeyInfo: parsed(foreign).subjectPublicKeyInfo }).der],
      ['TRUST_LINK_NOT_VOUCHED', makeCertificate({ commonName: 'linked to nobody', country: 'ZZ', kind: 'csca', keys: ecKeys(), issuer: foreign }).der],
      ['link newKey', makeCertificate({ commonName: 'CSCA 2', kind: 'csca', keys: newKeys, issuer: csca }).der],
      ['TRUST_CERTIFICATE_MALFORMED', encodeTlv(0x30, fromHex('0500'))],
    ];
    const { certificates, country } = imported(plans.map(([, der]) => der));
    const verdict = new Map(certificates.map(({ fingerprintHex, status, code, notes, role, use }) => [fingerprintHex, role === 'link' && use === 'newKey' ? 'link newKey' : (code ?? [status, ...notes].join(', '))]));
    expect(country).toBe('UT');
    expect(certificates).toHaveLength(plans.length);
    // The list is a SET: its order is its own.
    for (const [expected, der] of plans) expect([verdict.get(certificates.find((c) => Buffer.compare(c.der, der) === 0)!.fingerprintHex), expected]).toEqual([expected, expected]);
  });

  it('a link certificate whose key has a certificate of its own is no anchor', () => {
    const keys = ecKeys();
    const own = makeCertificate({ commonName: 'CSCA 2', kind: 'csca', keys });
    const link = makeCertificate({ commonName: 'CSCA 2', kind: 'csca', keys, issuer: csca });
    const { certificates } = imported([csca.der, own.der, link.der]);
    expect(certificates.map(({ role, use }) => `${role} ${use}`).sort()).toEqual(['link nothing', 'root anchor', 'root anchor']);
  });

  it('any bytes changed: a code or the same accounts, no throw', () => {
    const list = masterList([csca.der, foreign.der]);
    const honest = importMasterList(list, options);
    fc.assert(
      fc.property(fc.nat(list.length - 1), fc.nat(7), (at, bit) => {
        const result = importMasterList(list.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte)), options);
        if (result.ok) expect(honest.ok && result.value.certificates).toEqual(honest.ok && honest.value.certificates);
        else expect(result.fault.code).toMatch(/^TRUST_LIST_/);
      }),
      { numRuns: 200 },
    );
  });

  it('more certificates than all states have: refused, not read', () => {
    const many = encodeTlv(0x30, fromHex('020100'), encodeTlv(0x31, ...Array.from({ length: 10_001 }, () => fromHex('3000'))));
    expect(codeOf(importMasterList(masterList([], { content: many }), options))).toBe('TRUST_LIST_MALFORMED');
  });
});

describe('LDIF', () => {
  const folded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll(/(.{60})/g, '$1\n ');
  it('gives lists under both names, folded, and revocation lists', () => {
    const list = masterList([csca.der]);
    const text = `version: 1\n# a comment\n\ndn: c=UT,dc=data\nobjectClass: top\npkdMasterListContent:: ${folded(list)}\n\ndn: c=ZZ\r\nCscaMasterListData;binary:: ${folded(list).replaceAll('\n', '\r\n')}\r\ncertificateRevocationList;binary:: MAA=\njpegPhoto:: !!!!\n`;
    const read = readLdif(text);
    expect(read?.masterLists).toEqual([list, list]);
    expect(read?.crls).toEqual([fromHex('3000')]);
    expect(codeOf(importMasterList(read!.masterLists[0]!, options))).toBe('ok');
  });
  it('refuses a value that is no base64', () => {
    for (const bad of ['MA', 'MA=A', '!!!!', '']) expect(readLdif(`pkdMasterListContent:: ${bad}\n`)).toBeUndefined();
  });
});

describe('a deviation list', () => {
  const deviationSigner = listSigner({ purposes: ['2.23.136.1.1.8'] });
  const content = deviationListContent([{ documentNumbers: ['L898902C3'], type: '2.23.136.1.1.7.2.3' }]);
  const list = (o: Partial<Parameters<typeof makeCms>[0]> = {}): Uint8Array => makeCms({ contentType: ID_DEVIATION_LIST, content, signer: deviationSigner, ...o });
  it('is read under an anchor, by a signer made for it, and not otherwise', () => {
    const read = importDeviationList(list(), options);
    expect(read.ok && [read.value.country, read.value.deviations.map(({ types, documentNumbers }) => [types, [...documentNumbers!]])]).toEqual(['UT', [[['2.23.136.1.1.7.2.3'], ['L898902C3']]]]);
    expect(codeOf(importDeviationList(list(), { ...options, anchors: [parsed(foreign)] }))).toBe('TRUST_LIST_ANCHOR_UNKNOWN');
    expect(codeOf(importDeviationList(list({ signer }), options))).toBe('TRUST_LIST_SIGNER_NOT_ALLOWED');
    expect(codeOf(importDeviationList(masterList([csca.der]), options))).toBe('TRUST_LIST_MALFORMED');
    expect(codeOf(importDeviationList(list({ content: parseDer(content).children[1]!.raw }), options))).toBe('TRUST_LIST_MALFORMED');
  });
});
