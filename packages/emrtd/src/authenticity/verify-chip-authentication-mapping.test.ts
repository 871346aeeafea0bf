import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { concatBytes, fromHex, utf8 } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import type { ChipAuthenticationMappingEvidence } from '../access/pace.ts';
import { standardizedGroup } from '../crypto/index.ts';
import { fromInteger, modPow, toInteger } from '../crypto/integers.ts';
import { curveNumbers } from '../crypto/ec-points.ts';
import worked from '../crypto/icao9303-11.vectors.json' with { type: 'json' };
import { readSecurityInfos } from '../lds/security-infos.ts';
import { type Certificate, parseCertificate } from '../pki/parse-certificate.ts';
import { encodeOid } from '../tlv/encode-oid.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import { openTrustStore } from '../trust-store/open-trust-store.ts';
import { defaultTrustPolicy } from '../trust-store/trust-policy.ts';
import { verifyChipAuthenticationMapping } from './verify-chip-authentication-mapping.ts';
import { verifyMappingKey } from './verify-mapping-key.ts';

const v = worked.PACE_ECDH_CAM;
const evidence: ChipAuthenticationMappingEvidence = { parameterId: 13, mappingKey: fromHex(v.pkMapIc), chipAuthenticationData: fromHex(v.chipAuthData) };
const keyInfo = fromHex(v.chipAuthenticationPublicKeyInfo);
const setOf = (...infos: readonly Uint8Array[]): Uint8Array => encodeTlv(0x31, ...infos);

const oid = (dotted: string): Uint8Array => encodeTlv(0x06, encodeOid(dotted));
const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encodeTlv(0x30, ...parts);
const octets = (...parts: readonly Uint8Array[]): Uint8Array => encodeTlv(0x04, ...parts);
const bits = (value: Uint8Array): Uint8Array => encodeTlv(0x03, Uint8Array.of(0), value);
const EC_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'));
const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());
const name = (country: string, commonName: string): Uint8Array =>
  sequence(encodeTlv(0x31, sequence(oid('2.5.4.6'), encodeTlv(0x13, utf8(country)))), encodeTlv(0x31, sequence(oid('2.5.4.3'), encodeTlv(0x0c, utf8(commonName)))));
const atMs = Date.UTC(2026, 10, 27);

interface Signer {
  readonly certificate: Uint8Array;
  readonly subject: Uint8Array;
  readonly privateKey: KeyObject;
}

function certify(o: { readonly country: string; readonly commonName: string; readonly serial: number; readonly issuer: Signer | undefined; readonly keyUsage: string }): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' });
  const subject = name(o.country, o.commonName);
  const critical = fromHex('0101ff');
  const constraints = o.issuer === undefined ? [sequence(oid('2.5.29.19'), critical, octets(sequence(fromHex('0101ff'), fromHex('020100'))))] : [];
  const toBeSigned = sequence(
    encodeTlv(0xa0, fromHex('020102')),
    encodeTlv(0x02, Uint8Array.of(o.serial)),
    EC_SHA256,
    o.issuer?.subject ?? subject,
    sequence(encodeTlv(0x17, utf8('250101000000Z')), encodeTlv(0x17, utf8('350101000000Z'))),
    subject,
    new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    encodeTlv(0xa3, sequence(...constraints, sequence(oid('2.5.29.15'), critical, octets(fromHex(o.keyUsage))))),
  );
  const certificate = sequence(toBeSigned, EC_SHA256, bits(sign('sha256', toBeSigned, o.issuer?.privateKey ?? privateKey)));
  return { certificate, subject, privateKey };
}

/** EF.CardSecurity over these SecurityInfos. */
function cardSecurity(securityInfos: Uint8Array, signer: Signer, issuer: Signer, serial: number): Uint8Array {
  const contentType = '0.4.0.127.0.7.3.2.1';
  const attributes = concatBytes(sequence(oid('1.2.840.113549.1.9.3'), setOf(oid(contentType))), sequence(oid('1.2.840.113549.1.9.4'), setOf(octets(sha256(securityInfos)))));
  const signerInfo = sequence(
    fromHex('020101'),
    sequence(issuer.subject, encodeTlv(0x02, Uint8Array.of(serial))),
    SHA256,
    encodeTlv(0xa0, attributes),
    EC_SHA256,
    octets(sign('sha256', encodeTlv(0x31, attributes), signer.privateKey)),
  );
  const signedData = sequence(fromHex('020103'), setOf(SHA256), sequence(oid(contentType), encodeTlv(0xa0, octets(securityInfos))), encodeTlv(0xa0, signer.certificate), setOf(signerInfo));
  return sequence(oid('1.2.840.113549.1.7.2'), encodeTlv(0xa0, signedData));
}

const csca = certify({ country: 'UT', commonName: 'CSCA', serial: 1, issuer: undefined, keyUsage: '03020106' });
const signer = certify({ country: 'UT', commonName: 'DS', serial: 2, issuer: csca, keyUsage: '03020780' });
const otherCsca = certify({ country: 'XO', commonName: 'CSCA', serial: 3, issuer: undefined, keyUsage: '03020106' });
const otherSigner = certify({ country: 'XO', commonName: 'DS', serial: 4, issuer: otherCsca, keyUsage: '03020780' });
const parsed = (s: Signer): Certificate => parseCertificate(s.certificate)!;
const opened = openTrustStore({ cscaCertificates: [csca.certificate, otherCsca.certificate], crls: [], deviationLists: [], policy: { ...defaultTrustPolicy, revocation: 'whereListed' } });
if (!opened.ok) throw new Error(opened.fault.code);
const trustStore = opened.value;

const honest = cardSecurity(setOf(keyInfo), signer, csca, 2);
const verdict = (efCardSecurity: Uint8Array | undefined, o: { readonly evidence?: ChipAuthenticationMappingEvidence; readonly atMs?: number; readonly csca?: Signer } = {}): string => {
  const check = verifyChipAuthenticationMapping({ evidence: o.evidence ?? evidence, efCardSecurity, csca: parsed(o.csca ?? csca), trustStore, atMs: o.atMs ?? atMs });
  return check.status === 'fail' ? check.code : check.status;
};

describe('Chip Authentication Mapping', () => {
  it('ICAO 9303-11 I.1: the mapping key is the chip’s key times the data it sealed', () => {
    expect(verifyMappingKey(evidence, readSecurityInfos(setOf(keyInfo)))).toBe(true);
    expect(verdict(honest)).toBe('pass');
  });

  it('refuses what another chip’s key, a guess or a trick would give', () => {
    const { n } = curveNumbers('brainpoolP256r1');
    const data = (value: bigint): ChipAuthenticationMappingEvidence => ({ ...evidence, chipAuthenticationData: fromInteger(value, 32) });
    const answer = toInteger(evidence.chipAuthenticationData);
    for (const [why, bad] of Object.entries({
      zero: data(0n),
      order: data(n),
      one: data(1n),
      negative: data(n - answer),
      next: data(answer + 1n),
      'cut short': { ...evidence, chipAuthenticationData: evidence.chipAuthenticationData.subarray(1) },
      'too long': { ...evidence, chipAuthenticationData: concatBytes(Uint8Array.of(0), evidence.chipAuthenticationData) },
      'another mapping key': { ...evidence, mappingKey: fromHex(v.pkIc) },
      'another group': { ...evidence, parameterId: 12 },
      'by DH': { ...evidence, parameterId: 0 },
    })) {
      expect(verdict(honest, { evidence: bad }), why).toBe('CA_FAILED');
    }
  });

  it('finds the key among others, on every curve', () => {
    for (const [parameterId, curve] of [[12, 'prime256v1'], [18, 'secp521r1'], [8, 'prime192v1']] as const) {
      const group = standardizedGroup(parameterId)!;
      const random = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 59 + parameterId) & 0xff);
      const chip = group.drawKeyPair(group.generator, random);
      const mapping = group.drawKeyPair(group.generator, (n) => random(n).reverse());
      const { n } = curveNumbers(curve);
      const quotient = (modPow(toInteger(chip.privateKey), n - 2n, n) * toInteger(mapping.privateKey)) % n;
      const algorithm = sequence(oid('0.4.0.127.0.7.1.2'), encodeTlv(0x02, Uint8Array.of(parameterId)));
      const info = sequence(oid('0.4.0.127.0.7.2.2.1.2'), sequence(algorithm, bits(chip.publicKey)), encodeTlv(0x02, Uint8Array.of(5)));
      const proof = { parameterId, mappingKey: mapping.publicKey, chipAuthenticationData: fromInteger(quotient, Math.ceil(n.toString(16).length / 2)) };
      expect(verifyMappingKey(proof, readSecurityInfos(setOf(keyInfo, info))), curve).toBe(true);
      expect(verifyMappingKey(proof, readSecurityInfos(setOf(keyInfo))), curve).toBe(false);
    }
  });

  it('a file that is withheld, unsigned, altered, signed by nobody trusted or by another state, or too old', () => {
    expect(verdict(undefined)).toBe('CA_CARD_SECURITY_MISSING');
    expect(verdict(setOf(keyInfo))).toBe('PA_CARD_SECURITY_MALFORMED');
    const altered = honest.slice();
    const at = Buffer.from(honest).indexOf(Buffer.from(keyInfo)) + keyInfo.length - 1;
    altered[at]! ^= 1;
    expect(verdict(altered)).toBe('PA_CARD_SECURITY_SIGNATURE_INVALID');
    const selfMade = certify({ country: 'UT', commonName: 'CSCA', serial: 1, issuer: undefined, keyUsage: '03020106' });
    const selfMadeSigner = certify({ country: 'UT', commonName: 'DS', serial: 2, issuer: selfMade, keyUsage: '03020780' });
    expect(verdict(cardSecurity(setOf(keyInfo), selfMadeSigner, selfMade, 2))).toBe('PA_CSCA_UNKNOWN');
    expect(verdict(cardSecurity(setOf(keyInfo), csca, csca, 1))).toBe('PA_SIGNER_NOT_ALLOWED');
    const foreign = cardSecurity(setOf(keyInfo), otherSigner, otherCsca, 4);
    expect(verdict(foreign)).toBe('PA_ISSUER_MISMATCH');
    expect(verdict(foreign, { csca: otherCsca }), 'the honest twin').toBe('pass');
    expect(verdict(honest, { atMs: Date.UTC(2036, 0, 1) })).toBe('PA_SIGNER_NOT_VALID');
    expect(verdict(cardSecurity(fromHex('3100'), signer, csca, 2))).toBe('CA_FAILED');
    expect(verdict(cardSecurity(fromHex('3000'), signer, csca, 2))).toBe('CA_KEY_MALFORMED');
  });
});
