import { concatBytes } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from '../pki/parse-certificate.ts';
import { importDeviationList } from '../trust-store/import-deviation-list.ts';
import { type CertificatePlan, DAY_MS, deviationListContent, ecKeys, ID_DEVIATION_LIST, madeUpDg1, makeCertificate, makeCms, makeCrl, makeExtension, makeSod, NOW_MS, rsaKeys } from '../trust-store/made-up-pki.ts';
import { openTrustStore, type TrustStoreContents } from '../trust-store/open-trust-store.ts';
import { defaultTrustPolicy } from '../trust-store/trust-policy.ts';
import { verifyCardSecurity } from './verify-card-security.ts';
import { verifyDocumentSigner } from './verify-document-signer.ts';
import { PASSIVE_AUTHENTICATION_CHECKS, type PassiveAuthenticationReport, verifyPassiveAuthentication } from './verify-passive-authentication.ts';

const csca = makeCertificate({ commonName: 'CSCA', kind: 'csca', keys: ecKeys() });
const signerKeys = ecKeys();
const signerPlan: CertificatePlan = { commonName: 'DS', kind: 'signer', keys: signerKeys, issuer: csca, serialNumber: 9, privateKeyUsageMs: [NOW_MS - 30 * DAY_MS, NOW_MS + 60 * DAY_MS] };
const signer = makeCertificate(signerPlan);
const dataGroups = new Map([[1, madeUpDg1()], [2, new Uint8Array(500)], [14, new Uint8Array(50)]]);
const crl = makeCrl({ csca });

type Attempt = { store?: Partial<TrustStoreContents>; plan?: Partial<CertificatePlan>; sod?: Partial<Parameters<typeof makeSod>[0]>; read?: ReadonlyMap<number, Uint8Array>; atMs?: number };
function attempt({ store, plan, sod, read, atMs = NOW_MS }: Attempt = {}): PassiveAuthenticationReport {
  const opened = openTrustStore({ cscaCertificates: [csca.der], crls: [crl], deviationLists: [], policy: defaultTrustPolicy, ...store });
  if (!opened.ok) throw new Error(opened.fault.code);
  const efSod = makeSod({ dataGroups, signer: plan === undefined ? signer : makeCertificate({ ...signerPlan, ...plan }), ...sod });
  return verifyPassiveAuthentication({ efSod, dataGroups: read ?? dataGroups, trustStore: opened.value, atMs });
}
/** `check: code` of what failed, in order. */
const failures = (report: PassiveAuthenticationReport): readonly string[] => report.checks.flatMap((c) => (c.status === 'fail' ? [`${c.check}: ${c.code}`] : []));

const policy = (change: Partial<typeof defaultTrustPolicy>): Partial<TrustStoreContents> => ({ policy: { ...defaultTrustPolicy, ...change } });

describe('verifyPassiveAuthentication', () => {
  it('honest: every check passes; what was not read is said', () => {
    const report = attempt({ read: new Map([...dataGroups].filter(([number]) => number !== 14)) });
    expect(report.checks.map(({ check, status }) => [check, status])).toEqual(PASSIVE_AUTHENTICATION_CHECKS.map((check) => [check, 'pass']));
    expect([...report.dataGroups]).toEqual([[1, 'pass'], [2, 'pass'], [14, 'notRead']]);
    expect([report.documentSigner?.serialNumberHex, report.csca?.subjectCountry, report.deviations]).toEqual(['09', 'UT', []]);
  });

  it('honest, in other words: RSA, PSS-free, named curves, no key identifiers that fit, DG1 not read', () => {
    for (const keys of [rsaKeys(2048), ecKeys('named', 'secp384r1'), ecKeys('explicit', 'brainpoolP256r1')]) expect(failures(attempt({ plan: { keys } }))).toEqual([]);
    const twin = makeCertificate({ commonName: 'CSCA', kind: 'csca', keys: csca.keys, subjectKeyId: Uint8Array.of(4, 1, 7) });
    expect(failures(attempt({ store: { cscaCertificates: [makeCertificate({ commonName: 'other', kind: 'csca', keys: ecKeys() }).der, twin.der] } }))).toEqual([]);
    const report = attempt({ read: new Map() });
    expect(failures(report)).toEqual([]);
    expect(report.checks.find(({ check }) => check === 'issuingState')).toMatchObject({ status: 'notRun', reason: 'dg1NotRead' });
    expect(report.checks.find(({ check }) => check === 'dataGroupHashes')).toMatchObject({ status: 'notRun', reason: 'noDataGroupRead' });
  });

  const impostor = makeCertificate({ commonName: 'CSCA', kind: 'csca', keys: ecKeys() });
  const german = makeCertificate({ commonName: 'CSCA', country: 'DE', kind: 'csca', keys: ecKeys() });
  const link = makeCertificate({ commonName: 'CSCA 2', kind: 'csca', keys: ecKeys(), issuer: csca });
  it.each<readonly [string, string, Attempt]>([
    ['a signer under an authority of the same name with another key', 'documentSignerTrusted: PA_CSCA_UNKNOWN', { plan: { issuer: { ...impostor } } }],
    ['a link certificate as intermediate', 'documentSignerTrusted: PA_CSCA_UNKNOWN', { plan: { issuer: link }, sod: { certificates: [makeCertificate({ ...signerPlan, issuer: link }).der, link.der] } }],
    ['the authority as document signer', 'documentSignerTrusted: PA_SIGNER_NOT_ALLOWED', { sod: { signer: csca } }],
    ['a signer that may sign certificates too', 'documentSignerTrusted: PA_SIGNER_NOT_ALLOWED', { plan: { keyUsage: Uint8Array.of(0x84) } }],
    ['a signer without key usage', 'documentSignerTrusted: PA_SIGNER_NOT_ALLOWED', { plan: { keyUsage: null } }],
    ['a master list signer', 'documentSignerTrusted: PA_SIGNER_NOT_ALLOWED', { plan: { purposes: ['2.23.136.1.1.3'] } }],
    ['a critical extension that is not known', 'documentSignerTrusted: PA_SIGNER_NOT_ALLOWED', { plan: { moreExtensions: [makeExtension('1.2.3.4', true)] } }],
    ['an expired signer', 'documentSignerValidity: PA_SIGNER_NOT_VALID', { plan: { notAfterMs: NOW_MS - DAY_MS / 2 } }],
    ['a signer of tomorrow', 'documentSignerValidity: PA_SIGNER_NOT_VALID', { plan: { notBeforeMs: NOW_MS + DAY_MS / 2 } }],
    ['signed after the private key’s last day', 'documentSignerValidity: PA_SIGNER_NOT_VALID', { plan: { privateKeyUsageMs: [NOW_MS - 30 * DAY_MS, NOW_MS - 10 * DAY_MS] } }],
    ['signed before the private key’s first day', 'documentSignerValidity: PA_SIGNER_NOT_VALID', { sod: { signingTimeMs: NOW_MS - 60 * DAY_MS } }],
    ['a revoked signer', 'documentSignerNotRevoked: PA_SIGNER_REVOKED', { store: { crls: [makeCrl({ csca, revoked: [9] })] } }],
    ['a revoked authority', 'documentSignerNotRevoked: PA_CSCA_REVOKED', { store: { crls: [makeCrl({ csca, revoked: [7] })] } }],
    ['a revoked signer on a stale list', 'documentSignerNotRevoked: PA_SIGNER_REVOKED', { store: { crls: [makeCrl({ csca, revoked: [9], nextUpdateMs: NOW_MS - DAY_MS / 2 })] } }],
    ['a stale list', 'documentSignerNotRevoked: PA_REVOCATION_UNKNOWN', { store: { crls: [makeCrl({ csca, nextUpdateMs: NOW_MS - DAY_MS / 2 })] } }],
    ['a stale list, where states without a list pass', 'documentSignerNotRevoked: PA_REVOCATION_UNKNOWN', { store: { ...policy({ revocation: 'whereListed' }), crls: [makeCrl({ csca, nextUpdateMs: NOW_MS - DAY_MS / 2 })] } }],
    ['no list', 'documentSignerNotRevoked: PA_REVOCATION_UNKNOWN', { store: { crls: [] } }],
    ['another state’s document', 'issuingState: PA_ISSUER_MISMATCH', { plan: { issuer: german }, store: { cscaCertificates: [german.der], crls: [makeCrl({ csca: german })] } }],
    ['a changed data group', 'dataGroupHashes: PA_DG_HASH_MISMATCH', { read: new Map([...dataGroups, [2, new Uint8Array(501)]]) }],
    ['a data group that nobody signed', 'dataGroupHashes: PA_DG_NOT_SIGNED', { read: new Map([...dataGroups, [11, new Uint8Array(1)]]) }],
    ['content of another kind, by its attribute', 'sodSignature: PA_SOD_SIGNATURE_INVALID', { sod: { saidContentType: '2.23.136.1.1.2' } }],
    ['a master list’s kind of content', 'sodSignature: PA_SOD_MALFORMED', { sod: { contentType: '2.23.136.1.1.2' } }],
    ['no signed attributes', 'sodSignature: PA_SOD_MALFORMED', { sod: { withoutAttributes: true } }],
    ['signed attributes as the content of a signature without any', 'sodSignature: PA_SOD_MALFORMED', { sod: { withoutAttributes: true, contentType: '1.2.840.113549.1.7.1', content: Uint8Array.of(0x31, 2, 0x30, 0) } }],
    ['SHA-1 today', 'sodSignature: PA_ALGORITHM_TOO_WEAK', { sod: { hashName: 'sha1' } }],
    ['SHA-1 in the signer’s certificate', 'documentSignerTrusted: PA_ALGORITHM_TOO_WEAK', { plan: { hashName: 'sha1' } }],
    ['RSA of 1024 bits', 'sodSignature: PA_ALGORITHM_TOO_WEAK', { plan: { keys: rsaKeys(1024) } }],
    ['explicit parameters, where none are taken', 'sodSignature: PA_ALGORITHM_TOO_WEAK', { store: policy({ explicitCurves: 'refuse' }) }],
    ['an authority with explicit parameters, where none are taken', 'documentSignerTrusted: PA_ALGORITHM_TOO_WEAK', { plan: { keys: ecKeys('named') }, store: policy({ explicitCurves: 'refuse' }) }],
    ['a curve of somebody’s own', 'sodSignature: PA_ALGORITHM_UNSUPPORTED', { plan: { keys: ecKeys('named', 'secp256k1') } }],
  ])('%s: %s', (_what, failure, change) => {
    expect(failures(attempt(change))[0]).toBe(failure);
  });

  it('what the policy accepts: old SHA-1, small RSA, a late list, a state without lists', () => {
    const old = { hashName: 'sha1', notBeforeMs: Date.UTC(2015, 0, 1), privateKeyUsageMs: [Date.UTC(2015, 0, 1), Date.UTC(2015, 3, 1)] } as const;
    expect(failures(attempt({ plan: old, sod: { hashName: 'sha1', signingTimeMs: Date.UTC(2015, 1, 1) } }))).toEqual([]);
    expect(failures(attempt({ plan: old, sod: { hashName: 'sha1', signingTimeMs: Date.UTC(2015, 1, 1) }, store: policy({ sha1SignedBeforeMs: 0 }) }))[0]).toBe('sodSignature: PA_ALGORITHM_TOO_WEAK');
    expect(failures(attempt({ plan: { keys: rsaKeys(1024) }, store: policy({ minRsaBits: 1024 }) }))).toEqual([]);
    const late = makeCrl({ csca, nextUpdateMs: NOW_MS - DAY_MS / 2 });
    expect(failures(attempt({ store: { ...policy({ crlGraceMs: DAY_MS }), crls: [late] } }))).toEqual([]);
    const unlisted = attempt({ store: { ...policy({ revocation: 'whereListed' }), crls: [] } });
    expect(failures(unlisted)).toEqual([]);
    expect(unlisted.checks.find(({ check }) => check === 'documentSignerNotRevoked')).toMatchObject({ status: 'notRun', reason: 'noRevocationList' });
  });

  it('several certificates, and a signer identifier that names none of them: the signature finds its own', () => {
    const other = makeCertificate({ ...signerPlan, keys: ecKeys(), serialNumber: 10 });
    expect(failures(attempt({ sod: { certificates: [other.der, csca.der, signer.der] } }))).toEqual([]);
    expect(failures(attempt({ sod: { certificates: [other.der] } }))[0]).toBe('sodSignature: PA_SOD_SIGNATURE_INVALID');
  });

  it('a list of withdrawn certificates by somebody else opens no store', () => {
    const forged = openTrustStore({ cscaCertificates: [csca.der], crls: [makeCrl({ csca, keys: ecKeys() })], deviationLists: [], policy: defaultTrustPolicy });
    expect(forged.ok || forged.fault.code).toBe('TRUST_STORE_CRL_NOT_TRUSTED');
  });

  it('a document that a deviation list names is reported, or refused where the policy says so; others are not', () => {
    const listSigner = makeCertificate({ commonName: 'Deviations', kind: 'signer', keys: ecKeys(), issuer: csca, purposes: ['2.23.136.1.1.8'] });
    const list = (...deviations: Parameters<typeof deviationListContent>[0]) => {
      const read = importDeviationList(makeCms({ contentType: ID_DEVIATION_LIST, content: deviationListContent(deviations), signer: listSigner }), { anchors: [parseCertificate(csca.der)!], policy: defaultTrustPolicy, atMs: NOW_MS });
      if (!read.ok) throw new Error(read.fault.code);
      return [read.value];
    };
    const type = '2.23.136.1.1.7.2.3';
    const bySigner = list({ documentSigner: { ...signer, issuer: csca }, type });
    const byNumber = list({ documentNumbers: ['X', 'L898902C3'], type });
    expect(attempt({ store: { deviationLists: bySigner } }).deviations).toEqual([{ country: 'UT', types: [type], namedBy: 'documentSigner' }]);
    expect(attempt({ store: { deviationLists: byNumber } }).deviations).toEqual([{ country: 'UT', types: [type], namedBy: 'documentNumber' }]);
    expect(failures(attempt({ store: { deviationLists: byNumber } }))).toEqual([]);
    expect(failures(attempt({ store: { ...policy({ deviations: 'refuse' }), deviationLists: byNumber } }))).toEqual(['deviations: PA_DEVIATION_LISTED']);
    expect(attempt({ store: { deviationLists: list({ documentNumbers: ['X'], type }, { documentSigner: { ...signer, serialNumber: 8, issuer: csca }, type }) } }).deviations).toEqual([]);
  });
});

describe('EF.CardSecurity', () => {
  const content = Uint8Array.of(0x31, 0);
  const file = (o: Partial<Parameters<typeof makeCms>[0]> = {}): Uint8Array => makeCms({ contentType: '0.4.0.127.0.7.3.2.1', content, signer, ...o });
  const opened = openTrustStore({ cscaCertificates: [csca.der], crls: [crl], deviationLists: [], policy: defaultTrustPolicy });
  if (!opened.ok) throw new Error(opened.fault.code);
  const judge = (bytes: Uint8Array): string => {
    const read = verifyCardSecurity(bytes);
    if (!read.ok) return read.fault.code;
    const trusted = verifyDocumentSigner(read.value, opened.value, NOW_MS);
    return trusted.ok ? 'ok' : trusted.fault.code;
  };
  it.each<readonly [string, string, () => Uint8Array]>([
    ['honest', 'ok', () => file()],
    ['changed', 'PA_CARD_SECURITY_MALFORMED', () => concatBytes(file(), Uint8Array.of(0))],
    ['without signed attributes', 'PA_CARD_SECURITY_MALFORMED', () => file({ withoutAttributes: true })],
    ['of another kind', 'PA_CARD_SECURITY_MALFORMED', () => file({ contentType: '2.23.136.1.1.1' })],
    ['of another kind, by its attribute', 'PA_CARD_SECURITY_SIGNATURE_INVALID', () => file({ saidContentType: '2.23.136.1.1.1' })],
    ['without a certificate', 'PA_SIGNER_MISSING', () => file({ certificates: [] })],
    ['by a stranger', 'PA_CSCA_UNKNOWN', () => file({ signer: makeCertificate({ ...signerPlan, issuer: makeCertificate({ commonName: 'CSCA', kind: 'csca', keys: ecKeys() }) }) })],
    ['by SHA-1 today', 'PA_ALGORITHM_TOO_WEAK', () => file({ hashName: 'sha1' })],
    ['by a key whose time was over', 'PA_SIGNER_NOT_VALID', () => file({ signingTimeMs: NOW_MS + 90 * DAY_MS })],
  ])('%s: %s', (_what, code, make) => {
    expect(judge(make())).toBe(code);
  });
});
