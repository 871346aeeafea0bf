import { fromHex, type Result } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import worked from '../crypto/icao9303-11.vectors.json' with { type: 'json' };
import { readRecorded } from '../terminal/recorded-tape.ts';
import { encodeOid } from '../tlv/encode-oid.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import { DAY_MS, ecKeys, makeCertificate, makeCms, makeCrl, makeSod, NOW_MS } from '../trust-store/made-up-pki.ts';
import { openTrustStore } from '../trust-store/open-trust-store.ts';
import { defaultTrustPolicy } from '../trust-store/trust-policy.ts';
import type { DocumentReading } from '../terminal/document-reading.ts';
import { type AuthenticityReport, verifyAuthenticity } from './verify-authenticity.ts';

/** The chip of ICAO 9303-11 Appendix I, in a document of Utopia. */
const chip = worked.PACE_ECDH_CAM;
const csca = makeCertificate({ commonName: 'CSCA', kind: 'csca', keys: ecKeys() });
const signer = makeCertificate({ commonName: 'DS', kind: 'signer', keys: ecKeys(), issuer: csca, serialNumber: 9 });
const opened = openTrustStore({ cscaCertificates: [csca.der], crls: [makeCrl({ csca })], deviationLists: [], policy: defaultTrustPolicy });
if (!opened.ok) throw new Error(opened.fault.code);
const trustStore = opened.value;

/** PACE-ECDH-CAM-AES-CBC-CMAC-128 on brainpoolP256r1. */
const camInfo = encodeTlv(0x30, encodeTlv(6, encodeOid('0.4.0.127.0.7.2.2.4.6.2')), fromHex('020102'), fromHex('02010d'));
const gmInfo = encodeTlv(0x30, encodeTlv(6, encodeOid('0.4.0.127.0.7.2.2.4.2.2')), fromHex('020102'), fromHex('02010d'));
const securityInfos = encodeTlv(0x31, camInfo, fromHex(chip.chipAuthenticationPublicKeyInfo));
const cardSecurity = (o: Partial<Parameters<typeof makeCms>[0]> = {}): Uint8Array => makeCms({ contentType: '0.4.0.127.0.7.3.2.1', content: securityInfos, signer, ...o });

const { files: tape, ...session } = readRecorded('pace');
const evidence = { parameterId: 13, mappingKey: fromHex(chip.pkMapIc), chipAuthenticationData: fromHex(chip.chipAuthData) };

function judge(change: Partial<DocumentReading> & { efCardSecurity?: Uint8Array | undefined; dg14?: Uint8Array } = {}): AuthenticityReport {
  const { dg14 = encodeTlv(0x6e, encodeTlv(0x31, camInfo)), efCardSecurity = cardSecurity(), ...rest } = change;
  const efSod = makeSod({ dataGroups: new Map([[1, tape.dg1], [2, tape.dg2], [14, dg14]]), signer });
  const files = { ...tape, efSod, dg14, dg15: undefined, efCardAccess: undefined, efCardSecurity: 'efCardSecurity' in change ? change.efCardSecurity : efCardSecurity };
  const reading: DocumentReading = { ...session, paceMapping: 'chipAuthentication', chipAuthenticationMapping: evidence, chipAuthentication: { status: 'notOffered' }, activeAuthentication: { status: 'notOffered' }, ...rest, files };
  return verifyAuthenticity({ reading, trustStore, atMs: NOW_MS });
}
const outcome = (report: AuthenticityReport) => report.checks.find(({ check }) => check === 'chipAuthenticationMapping');
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.code);

describe('a chip that proves itself by PACE alone', () => {
  it('honest: it is its own proof', () => {
    const { result } = judge();
    expect(codeOf(result)).toBe('ok');
    expect(result.ok && result.value.chipProof).toBe('chipAuthenticationMapping');
  });

  const stranger = makeCertificate({ commonName: 'DS', kind: 'signer', keys: ecKeys(), issuer: makeCertificate({ commonName: 'CSCA', kind: 'csca', keys: ecKeys() }) });
  const another = makeCertificate({ commonName: 'DS', kind: 'signer', keys: ecKeys(), issuer: csca, serialNumber: 10, notAfterMs: NOW_MS - DAY_MS / 2 });
  it.each<readonly [string, string, Parameters<typeof judge>[0]]>([
    ['EF.CardSecurity withheld', 'CA_CARD_SECURITY_MISSING', { efCardSecurity: undefined }],
    ['EF.CardSecurity by a stranger', 'PA_CSCA_UNKNOWN', { efCardSecurity: cardSecurity({ signer: stranger }) }],
    ['EF.CardSecurity by an expired signer', 'PA_SIGNER_NOT_VALID', { efCardSecurity: cardSecurity({ signer: another }) }],
    ['EF.CardSecurity without a signature over its kind', 'PA_CARD_SECURITY_MALFORMED', { efCardSecurity: cardSecurity({ withoutAttributes: true }) }],
    ['another mapping key', 'CA_FAILED', { chipAuthenticationMapping: { ...evidence, mappingKey: fromHex(chip.pkMapIc).map((byte, i) => (i === 40 ? byte ^ 1 : byte)) } }],
    ['the mapping without its proof', 'CA_FAILED', { chipAuthenticationMapping: undefined }],
    ['the mapping refused, or taken off EF.CardAccess: signed DG14 promises it', 'CA_FAILED', { paceMapping: 'generic', chipAuthenticationMapping: undefined }],
  ])('%s: %s', (_what, code, change) => {
    const report = judge(change);
    expect([outcome(report), codeOf(report.result)]).toEqual([{ check: 'chipAuthenticationMapping', status: 'fail', code }, code]);
  });

  it('a document that never promised it has no proof, and says so', () => {
    const { checks, result } = judge({ paceMapping: 'generic', chipAuthenticationMapping: undefined, dg14: encodeTlv(0x6e, encodeTlv(0x31, gmInfo)) });
    expect(checks.find(({ check }) => check === 'chipAuthenticationMapping')).toMatchObject({ status: 'notRun', reason: 'notOffered' });
    expect(result.ok && result.value.chipProof).toBe('none');
  });
});
