import { type Bytes, concatBytes, fromHex, type Result } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from '../pki/parse-certificate.ts';
import recorded from '../terminal/read-document.tapes.json' with { type: 'json' };
import { readRecorded } from '../terminal/recorded-tape.ts';
import { type DerNode, parseDer } from '../tlv/der.ts';
import { encodeTlv, readOnlyTlv } from '../tlv/tlv.ts';
import { authorityIndex } from '../trust-store/authority-index.ts';
import type { TrustStore } from '../trust-store/open-trust-store.ts';
import { defaultTrustPolicy } from '../trust-store/trust-policy.ts';
import { isIssuedBy } from './issuing-states.ts';
import { findAuthority, verifyNotRevoked } from './verify-document-signer.ts';
import { verifySodSignature } from './verify-sod-signature.ts';

const { efSod } = readRecorded('pace').files;
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.code);

/** EF.SOD with the children of the node at `path` (child numbers from the CMS ContentInfo) changed. */
function edited(path: readonly number[], edit: (children: Uint8Array[]) => Uint8Array[]): Uint8Array {
  const rebuild = (node: DerNode, rest: readonly number[]): Bytes => {
    const children: Uint8Array[] = node.children.map((child) => child.raw);
    const [next, ...further] = rest;
    if (next === undefined) return encodeTlv(node.tag, ...edit(children));
    return encodeTlv(node.tag, ...children.map((raw, i) => (i === next ? rebuild(node.children[i]!, further) : raw)));
  };
  return encodeTlv(0x77, rebuild(parseDer(readOnlyTlv(efSod, 0x77)), path));
}

const SIGNED_DATA = [1, 0];
const CERTIFICATES = [...SIGNED_DATA, 3];
const SIGNERS = [...SIGNED_DATA, 4];
const SIGNER = [...SIGNERS, 0];
const SIGNED_ATTRIBUTES = [...SIGNER, 3];

describe('verifySodSignature', () => {
  it('honest, and the same in BER with indefinite lengths', () => {
    expect(codeOf(verifySodSignature(efSod))).toBe('ok');
    expect(codeOf(verifySodSignature(edited(SIGNED_DATA, (c) => c)))).toBe('ok');
    const cms = parseDer(readOnlyTlv(efSod, 0x77));
    const indefinite = (tag: number, ...parts: Uint8Array[]): Uint8Array => concatBytes(Uint8Array.of(tag, 0x80), ...parts, Uint8Array.of(0, 0));
    const ber = encodeTlv(0x77, indefinite(0x30, cms.children[0]!.raw, indefinite(0xa0, indefinite(0x30, ...cms.children[1]!.children[0]!.children.map((n) => n.raw)))));
    expect(codeOf(verifySodSignature(ber))).toBe('ok');
  });

  it.each<readonly [string, string, () => Uint8Array]>([
    ['two signers', 'PA_SOD_MALFORMED', () => edited(SIGNERS, ([signer]) => [signer!, signer!])],
    ['no signer', 'PA_SOD_MALFORMED', () => edited(SIGNERS, () => [])],
    ['signed attributes left out', 'PA_SOD_MALFORMED', () => edited(SIGNER, (fields) => fields.filter((_, i) => i !== 3))],
    ['an attribute twice', 'PA_SOD_MALFORMED', () => edited(SIGNED_ATTRIBUTES, ([first, ...rest]) => [first!, first!, ...rest])],
    ['an attribute missing', 'PA_SOD_MALFORMED', () => edited(SIGNED_ATTRIBUTES, ([, ...rest]) => rest)],
    ['attributes in another order than was signed', 'PA_SOD_SIGNATURE_INVALID', () => edited(SIGNED_ATTRIBUTES, (attributes) => [...attributes].reverse())],
    ['no certificate', 'PA_SIGNER_MISSING', () => edited(CERTIFICATES, () => [])],
    ['another authority’s certificate', 'PA_SOD_SIGNATURE_INVALID', () => edited(CERTIFICATES, () => [fromHex(recorded.otherCscaCertificate)])],
    ['MD5', 'PA_ALGORITHM_UNSUPPORTED', () => edited(SIGNER, (fields) => fields.map((f, i) => (i === 2 ? fromHex('300a06082a864886f70d0205') : f)))],
    ['another digest than was signed', 'PA_SOD_SIGNATURE_INVALID', () => edited(SIGNER, (fields) => fields.map((f, i) => (i === 2 ? fromHex('300b0609608648016503040202') : f)))],
    ['another content type than was signed', 'PA_SOD_SIGNATURE_INVALID', () => edited([...SIGNED_DATA, 2], ([, content]) => [fromHex('06092a864886f70d010701'), content!])],
    ['content of another kind', 'PA_SOD_MALFORMED', () => edited([...SIGNED_DATA, 2], ([, content]) => [fromHex('06062a8648ce3d02'.padEnd(16, '0')), content!])],
    ['nothing', 'PA_SOD_MALFORMED', () => fromHex('7700')],
    ['trailing bytes', 'PA_SOD_MALFORMED', () => concatBytes(efSod, fromHex('00'))],
  ])('%s: %s', (_what, code, attack) => {
    expect(codeOf(verifySodSignature(attack()))).toBe(code);
  });
});

describe('the document signer', () => {
  const signed = verifySodSignature(efSod);
  if (!signed.ok) throw new Error(signed.fault.code);
  const signer = signed.value.documentSigner;
  const authority = parseCertificate(fromHex(recorded.cscaCertificates[0]!))!;
  const store = { authorities: authorityIndex([authority]), crls: [], policy: defaultTrustPolicy } as unknown as TrustStore;

  it('must be allowed to sign documents and no authority itself', () => {
    expect(codeOf(findAuthority(signer, store))).toBe('ok');
    expect(codeOf(findAuthority({ ...signer, isAuthority: true }, store))).toBe('PA_SIGNER_NOT_ALLOWED');
    expect(codeOf(findAuthority({ ...signer, keyUsage: undefined }, store))).toBe('PA_SIGNER_NOT_ALLOWED');
    expect(codeOf(findAuthority({ ...signer, hasUnknownCriticalExtension: true }, store))).toBe('PA_SIGNER_NOT_ALLOWED');
    expect(codeOf(findAuthority(authority, store)), 'the authority itself as a signer').toBe('PA_SIGNER_NOT_ALLOWED');
    expect(codeOf(findAuthority({ ...signer, signatureAlgorithm: undefined }, store))).toBe('PA_ALGORITHM_UNSUPPORTED');
    expect(codeOf(findAuthority({ ...signer, authorityKeyIdHex: undefined }, store)), 'found by name').toBe('ok');
  });

  it('revocation: listed, authority listed, stale but listed', () => {
    const crl = { issuer: signer.issuer, issuerCountry: signer.issuerCountry, thisUpdateMs: 0, nextUpdateMs: 100, revokedSerialNumbersHex: new Set<string>() };
    const check = (atMs: number, ...serials: string[]): string =>
      codeOf(verifyNotRevoked(signer, authority, { ...store, crls: [{ ...crl, revokedSerialNumbersHex: new Set(serials) }], policy: defaultTrustPolicy } as unknown as TrustStore, atMs));
    expect(check(50)).toBe('ok');
    expect(check(50, signer.serialNumberHex)).toBe('PA_SIGNER_REVOKED');
    expect(check(50, authority.serialNumberHex)).toBe('PA_CSCA_REVOKED');
    expect(check(101, signer.serialNumberHex)).toBe('PA_SIGNER_REVOKED');
    expect(check(101)).toBe('PA_REVOCATION_UNKNOWN');
  });
});

it('documents of other states are told from this one’s', () => {
  expect([isIssuedBy('D', 'DE'), isIssuedBy('UTO', 'UT'), isIssuedBy('HKG', 'CN'), isIssuedBy('GBD', 'GB'), isIssuedBy('RKS', 'XK'), isIssuedBy('UNO', 'UN')]).toEqual([true, true, true, true, true, true]);
  expect([isIssuedBy('FRA', 'DE'), isIssuedBy('UTO', 'DE'), isIssuedBy('D', 'DK'), isIssuedBy('', 'DE')]).toEqual([false, false, false, false]);
});
