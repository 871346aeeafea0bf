import { fromHex, type Result, toHex } from '@visavis/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentFiles, DocumentReading } from '../terminal/document-reading.ts';
import recorded from '../terminal/read-document.tapes.json' with { type: 'json' };
import { readRecorded } from '../terminal/recorded-tape.ts';
import { openTrustStore, type TrustStore, type TrustStoreContents } from '../trust-store/open-trust-store.ts';
import { defaultTrustPolicy } from '../trust-store/trust-policy.ts';
import { AuthenticPortrait } from './authentic-portrait.ts';
import { AUTHENTICITY_CHECKS, type AuthenticityReport, verifyAuthenticity } from './verify-authenticity.ts';

const DAY_MS = 86_400_000;
const atMs = recorded.nowMs;
const anchors = { cscaCertificates: recorded.cscaCertificates.map(fromHex), crls: recorded.crls.map(fromHex), deviationLists: [], policy: defaultTrustPolicy };

function store(o: Partial<TrustStoreContents> = {}): TrustStore {
  const opened = openTrustStore({ ...anchors, ...o });
  if (!opened.ok) throw new Error(opened.fault.code);
  return opened.value;
}

const honest = readRecorded('pace');
const other = readRecorded('bac');
const judge = (change: Partial<Omit<DocumentReading, 'files'>> & { files?: Partial<DocumentFiles> } = {}, trustStore = store(), at = atMs): AuthenticityReport =>
  verifyAuthenticity({ reading: { ...honest, ...change, files: { ...honest.files, ...change.files } }, trustStore, atMs: at });
const codeOf = ({ result }: { result: Result<unknown> }): string => (result.ok ? 'ok' : result.fault.code);
const outcome = (report: AuthenticityReport, check: string) => report.checks.find((c) => c.check === check);
const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe('verifyAuthenticity', () => {
  it('the honest document: every check passes, and who it is comes out', () => {
    const report = judge();
    expect(report.checks).toEqual(AUTHENTICITY_CHECKS.map((check) => (check === 'chipAuthenticationMapping' ? { check, status: 'notRun', reason: 'notOffered' } : { check, status: 'pass' })));
    if (!report.result.ok) throw new Error(report.result.fault.code);
    const { portrait, ...rest } = report.result.value;
    expect(rest).toEqual({
      chipProof: 'chipAuthentication',
      accessProtocol: 'pace',
      downgraded: false,
      person: { familyName: 'MUSTER', givenNames: 'ANNA MARIA', dateOfBirth: '1990-02-03', sex: 'female', nationality: 'UTO' },
      document: { type: 'passport', issuingState: 'UTO', documentNumber: recorded.tapes.pace.access.documentNumber, dateOfExpiry: '2033-02-03' },
    });
    expect(portrait).toBeInstanceOf(AuthenticPortrait);
    expect([portrait.mediaType, toHex(portrait.bytes.subarray(0, 3))]).toEqual(['image/jpeg', 'ffd8ff']);
    expect(codeOf(verifyAuthenticity({ reading: other, trustStore: store(), atMs }))).toBe('ok');
  });

  it.each<readonly [string, string, string, () => AuthenticityReport]>([
    ['altered portrait', 'PA_DG_HASH_MISMATCH', 'dataGroupHashes', () => judge({ files: { dg2: flip(honest.files.dg2, 300) } })],
    ['another document’s DG1', 'PA_DG_HASH_MISMATCH', 'dataGroupHashes', () => judge({ files: { dg1: other.files.dg1 } })],
    ['another document’s SOD', 'PA_DG_HASH_MISMATCH', 'dataGroupHashes', () => judge({ files: { efSod: other.files.efSod } })],
    ['DG1 and DG2 swapped', 'PA_DG_HASH_MISMATCH', 'dataGroupHashes', () => judge({ files: { dg1: honest.files.dg2, dg2: honest.files.dg1 } })],
    ['DG14 withheld', 'PA_DG_MISSING', 'dataGroupHashes', () => judge({ files: { dg14: undefined }, chipAuthentication: { status: 'notOffered' } })],
    ['DG15 withheld', 'PA_DG_MISSING', 'dataGroupHashes', () => judge({ files: { dg15: undefined }, activeAuthentication: { status: 'notOffered' } })],
    ['another state of the same name', 'PA_CSCA_UNKNOWN', 'documentSignerTrusted', () => judge({}, store({ cscaCertificates: [fromHex(recorded.otherCscaCertificate)], crls: [] }))],
    ['no list of withdrawn certificates', 'PA_REVOCATION_UNKNOWN', 'documentSignerNotRevoked', () => judge({}, store({ crls: [] }))],
    ['a stale list', 'PA_REVOCATION_UNKNOWN', 'documentSignerNotRevoked', () => judge({}, store(), atMs + 400 * DAY_MS)],
    ['signer not yet valid', 'PA_SIGNER_NOT_VALID', 'documentSignerValidity', () => judge({}, store(), atMs - 60 * DAY_MS)],
    ['expired document', 'PA_DOCUMENT_EXPIRED', 'documentValidity', () => judge({}, store(), Date.UTC(2033, 1, 4))],
    ['chip authentication failed', 'CA_FAILED', 'chipAuthentication', () => judge({ chipAuthentication: { status: 'failed', step: 'agreeOnKey' } })],
    ['chip authentication left out', 'CA_FAILED', 'chipAuthentication', () => judge({ chipAuthentication: { status: 'notOffered' } })],
    ['chip authentication with another key', 'CA_FAILED', 'chipAuthentication', () => judge({ chipAuthentication: other.chipAuthentication })],
    ['active authentication failed', 'AA_FAILED', 'activeAuthentication', () => judge({ activeAuthentication: { status: 'failed', chipStatus: '6d00' } })],
    ['active authentication left out', 'AA_FAILED', 'activeAuthentication', () => judge({ activeAuthentication: { status: 'notOffered' } })],
    ['active authentication of another nonce', 'AA_FAILED', 'activeAuthentication', () => judge({ activeAuthentication: { ...honest.activeAuthentication, nonce: new Uint8Array(8) } as DocumentReading['activeAuthentication'] })],
    ['active authentication by another chip', 'AA_FAILED', 'activeAuthentication', () => judge({ activeAuthentication: other.activeAuthentication })],
  ])('%s: %s', (_what, code, check, attempt) => {
    const report = attempt();
    expect(outcome(report, check)).toEqual({ check, status: 'fail', code });
    // An expired document's list is stale too: the citizen is told of the first failed check.
    const first = report.checks.find((c) => c.status === 'fail');
    expect(codeOf(report)).toBe(first?.status === 'fail' && first.code);
  });

  it('a downgrade is told, and told even when EF.CardAccess was taken away, but does not make the document false', () => {
    for (const change of [{ accessProtocol: 'bac', downgraded: true }, { accessProtocol: 'bac', downgraded: false, files: { efCardAccess: undefined } }] as const) {
      const report = judge(change);
      expect(outcome(report, 'accessProtocol')).toEqual({ check: 'accessProtocol', status: 'fail', code: 'CHIP_ACCESS_DOWNGRADED' });
      expect(report.result.ok && report.result.value.downgraded).toBe(true);
    }
  });

  it('EF.CardAccess that offers what the signed DG14 does not', () => {
    const changed = honest.files.efCardAccess!.slice();
    changed[changed.length - 1] = 13;
    expect(codeOf(judge({ files: { efCardAccess: changed } }))).toBe('PA_CARD_ACCESS_MISMATCH');
  });

  it('any bit flipped in a signed file is refused by a PA_ code; nothing throws', () => {
    const trustStore = store();
    const honestReport = judge({}, trustStore);
    const honestDocument = honestReport.result.ok && honestReport.result.value;
    const files = ['efSod', 'dg1', 'dg2', 'dg14', 'dg15'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(), fc.nat(7), (name, at, bit) => {
        const file = honest.files[name]!;
        const position = at % file.length;
        const changed = file.map((byte, i) => (i === position ? byte ^ (1 << bit) : byte));
        const report = judge({ files: { [name]: changed } }, trustStore);
        // Parts of EF.SOD's wrapping are not signed (RFC 5652: signer identifier, list of digest algorithms): a flip there may pass, and changes nothing.
        if (report.result.ok) expect([name, report.result.value]).toEqual(['efSod', honestDocument]);
        else expect(report.result.fault.code).toMatch(/^PA_/);
        expect(report.checks).toHaveLength(AUTHENTICITY_CHECKS.length);
      }),
      { numRuns: 300 },
    );
  });

  it('any bytes for any file: a report, no throw', () => {
    const trustStore = store();
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, bytes, bytes, (efSod, dg14, dg15) => {
        expect(codeOf(judge({ files: { efSod, dg14, dg15, efCardAccess: dg14 } }, trustStore))).toMatch(/^PA_/);
      }),
    );
  });

  it('nobody else makes an authentic portrait', () => {
    const forge = AuthenticPortrait as unknown as new (...args: unknown[]) => AuthenticPortrait;
    expect(() => new forge(Symbol('made by verifyAuthenticity'), { mediaType: 'image/jpeg', bytes: new Uint8Array() })).toThrow(TypeError);
  });
});

describe('openTrustStore', () => {
  const code = (o: Partial<TrustStoreContents>): string => codeOf({ result: openTrustStore({ ...anchors, ...o }) });
  it('fails closed', () => {
    const [csca, crl] = [anchors.cscaCertificates[0]!, anchors.crls[0]!];
    expect(code(anchors)).toBe('ok');
    expect(code({ cscaCertificates: [], crls: [] })).toBe('TRUST_STORE_EMPTY');
    expect(code({ cscaCertificates: [csca, new Uint8Array(3)], crls: [] })).toBe('TRUST_STORE_CERTIFICATE_MALFORMED');
    expect(code({ cscaCertificates: [csca], crls: [csca] })).toBe('TRUST_STORE_CRL_MALFORMED');
    expect(code({ cscaCertificates: [csca], crls: [flip(crl, crl.length - 1)] })).toBe('TRUST_STORE_CRL_NOT_TRUSTED');
    expect(code({ cscaCertificates: [fromHex(recorded.otherCscaCertificate)], crls: [crl] })).toBe('TRUST_STORE_CRL_NOT_TRUSTED');
  });
});
