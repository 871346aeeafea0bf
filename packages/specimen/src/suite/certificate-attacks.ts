import type { Bytes } from '@visavis/kernel';
import { type CertificateRecipe, certificateExtensions } from '../attack-kit/forge-certificate.ts';
import { signingTimeAttribute } from '../attack-kit/forge-sod.ts';
import { cubeRootForger, type CurveLie, ecSigningKey, exponentOneKey, generatorForgedKey, lyingEcKey, modulusOf, rsaPublicKeyInfo, type SigningKey } from '../attack-kit/signing-keys.ts';
import { integer, sequence } from '../der/der.ts';
import { distinguishedName } from '../pki/distinguished-name.ts';
import { subjectKeyIdentifier } from '../pki/issue-certificate.ts';
import { utopia } from '../specimen-state.ts';
import { attack, type Attack } from './attack.ts';
import type { Scenario } from './scenario.ts';
import type { Workshop } from './workshop.ts';

const PROFILE = '9303-12 §7.1.1';
const PATH = '9303-12 §5';
const REVOCATION = '9303-12 §7.1.4';
const CURVES = '9303-12 §4.4.2';
const RSA = '9303-12 §4.4.1';
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

const { authorityKeyId, isAuthority, mayBoth, mayCertify, maySign, maySignMasterLists, privateKeyUsage, subjectKeyId, unknownCritical } = certificateExtensions;
type IssuerKey = Pick<SigningKey, 'algorithm' | 'sign'>;
type Anchors = Scenario['trustAnchors'];

/** The plain passport signed by this certificate's key, before a terminal with these anchors. */
function signedBy(w: Workshop, certificate: Bytes, o: { readonly key?: IssuerKey | undefined; readonly also?: readonly Bytes[]; readonly anchors?: Anchors } = {}): Scenario {
  const sod = w.sod(w.passport('plain').files, { certificates: [certificate, ...(o.also ?? [])], ...(o.key === undefined ? {} : { key: o.key }) });
  return w.presentFiles({ sod }, o.anchors === undefined ? {} : { trustAnchors: o.anchors });
}

/** The state's authority issues a document signer that it should not have issued, or somebody else does in its name. */
const issued = (name: string, clause: string, code: string, change: (w: Workshop) => Partial<CertificateRecipe>, issuerKey?: (w: Workshop) => IssuerKey): Attack =>
  attack(name, clause, code, (w, evil) => signedBy(w, w.signerCertificate(evil ? change(w) : {}, evil ? issuerKey?.(w) : undefined)));

/** A document signer whose key is not what it should be; it signs, and its state vouches for it. */
const signerKey = (name: string, clause: string, make: (w: Workshop) => SigningKey, code = 'PA_ALGORITHM_UNSUPPORTED'): Attack =>
  attack(name, clause, code, (w, evil) => {
    const key = evil ? make(w) : w.rsa.key;
    return signedBy(w, w.signerCertificate({ subjectPublicKeyInfo: key.subjectPublicKeyInfo }), { key });
  });

const lyingSigner = (w: Workshop, lie: CurveLie): SigningKey => ({ ...ecSigningKey(w.signer.key), subjectPublicKeyInfo: lyingEcKey('P-256', w.signer.key.publicKey, lie) });
const keyId = (w: Workshop): Bytes => subjectKeyIdentifier(w.csca.key.publicKey);
const stranger = (w: Workshop) => ecSigningKey(w.pair('stranger'));
const weakRsa = (w: Workshop, modulus: bigint): SigningKey => ({ ...w.rsa.key, subjectPublicKeyInfo: rsaPublicKeyInfo(modulus, 65_537n) });
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** An authority with an RSA key of exponent 3, as 22 states have, that the terminal trusts. */
function rsaAuthority(w: Workshop): Anchors {
  const certificate = w.cscaCertificate({ subjectPublicKeyInfo: w.rsa.key.subjectPublicKeyInfo }, w.rsa.key);
  return { cscaCertificates: [certificate], crls: [w.revocationList({}, w.rsa.key)] };
}

/** A signature file that says when it was signed, by a key that may sign from 30 days ago until some day. */
const signedAt = (name: string, untilMs: (w: Workshop) => number, signingTimeMs: (w: Workshop) => number): Attack =>
  attack(name, '9303-12 §7.1.1', 'PA_SIGNER_NOT_VALID', (w, evil) => {
    const certificate = w.signerCertificate({ extensions: [authorityKeyId(keyId(w)), maySign(), privateKeyUsage(w.nowMs - 30 * DAY_MS, untilMs(w))] });
    const at = evil ? signingTimeMs(w) : w.nowMs - 25 * DAY_MS;
    return w.presentFiles({ sod: w.sod(w.passport('plain').files, { certificates: [certificate], attributes: (honest) => [...honest, signingTimeAttribute(at)] }) });
  });

/** A terminal that trusts the workshop's authority, with its lists as given. */
const withLists = (name: string, code: string, lists: (w: Workshop) => readonly Bytes[], honest: (w: Workshop) => readonly Bytes[] = (w) => [w.revocationList()], clause = REVOCATION): Attack =>
  attack(name, clause, code, (w, evil) => w.presentFiles({}, { trustAnchors: { cscaCertificates: [w.csca.der], crls: evil ? lists(w) : honest(w) } }));

/** A terminal whose only authority is this one, of the workshop's name and key. */
const underAuthority = (name: string, clause: string, code: string, change: (w: Workshop) => Partial<CertificateRecipe>, more: (w: Workshop) => readonly Bytes[] = () => []): Attack =>
  attack(name, clause, code, (w, evil) => w.presentFiles({}, { trustAnchors: { cscaCertificates: [w.cscaCertificate(evil ? change(w) : {}), ...more(w)], crls: more(w).length > 0 && evil ? [] : [w.revocationList()] } }));

/** Against the document signer's certificate and the way from it to a trusted authority. */
export const certificateAttacks: readonly Attack[] = [
  issued('signer-by-an-impostor-of-the-authority', PATH, 'PA_CSCA_UNKNOWN', () => ({}), stranger),
  issued('signer-by-an-impostor-in-small-letters', PATH, 'PA_CSCA_UNKNOWN', () => ({ issuer: distinguishedName({ ...utopia, alpha2: 'ut' }, 'CSCA Utopia') }), stranger),
  issued('signer-signed-by-itself', PATH, 'PA_CSCA_UNKNOWN', () => ({}), (w) => ecSigningKey(w.signer.key)),
  attack('authority-brought-along-by-the-chip', PATH, 'PA_CSCA_UNKNOWN', (w, evil) => {
    const fake = w.cscaCertificate({ subjectPublicKeyInfo: stranger(w).subjectPublicKeyInfo }, stranger(w));
    return signedBy(w, w.signerCertificate({}, evil ? stranger(w) : undefined), { also: [evil ? fake : w.csca.der] });
  }),
  attack('signer-of-another-trusted-state', '9303-12 §7.1.1', 'PA_ISSUER_MISMATCH', (w, evil) => {
    const key = ecSigningKey(w.pair('elsewhere'));
    const name = distinguishedName({ alpha2: 'XX', mrzCode: 'XXX' }, 'CSCA Elsewhere');
    const elsewhere = w.cscaCertificate({ issuer: name, subject: name, subjectPublicKeyInfo: key.subjectPublicKeyInfo }, key);
    const anchors = { cscaCertificates: [w.csca.der, elsewhere], crls: [w.revocationList(), w.revocationList({ issuer: name }, key)] };
    return signedBy(w, evil ? w.signerCertificate({ issuer: name }, key) : w.signerCertificate(), { anchors });
  }),
  attack('link-certificate-as-intermediate', '9303-12 §4.2', 'PA_CSCA_UNKNOWN', (w, evil) => {
    const next = ecSigningKey(w.pair('next authority'));
    const link = w.cscaCertificate({ serialNumber: Uint8Array.of(0x53, 2), subjectPublicKeyInfo: next.subjectPublicKeyInfo });
    return signedBy(w, w.signerCertificate({}, evil ? next : undefined), { also: [link] });
  }),
  attack('signer-issued-by-a-signer', PATH, 'PA_CSCA_UNKNOWN', (w, evil) => {
    const second = ecSigningKey(w.pair('second signer'));
    const certificate = w.signerCertificate({ serialNumber: Uint8Array.of(0x53, 3), subjectPublicKeyInfo: second.subjectPublicKeyInfo, ...(evil ? { issuer: w.signer.name } : {}) }, evil ? ecSigningKey(w.signer.key) : undefined);
    const sod = w.sod(w.passport('plain').files, { certificates: [certificate, w.signer.der], key: second, signerId: sequence(evil ? w.signer.name : w.csca.name, integer(Uint8Array.of(0x53, 3))) });
    return w.presentFiles({ sod });
  }),
  attack('authority-signs-a-document-itself', PROFILE, 'PA_SIGNER_NOT_ALLOWED', (w, evil) => signedBy(w, evil ? w.csca.der : w.signer.der, { key: ecSigningKey(evil ? w.csca.key : w.signer.key) })),
  issued('signer-without-key-usage', PROFILE, 'PA_SIGNER_NOT_ALLOWED', (w) => ({ extensions: [authorityKeyId(keyId(w))] })),
  issued('signer-for-certificates-only', PROFILE, 'PA_SIGNER_NOT_ALLOWED', (w) => ({ extensions: [authorityKeyId(keyId(w)), mayCertify()] })),
  issued('signer-that-calls-itself-an-authority', PROFILE, 'PA_SIGNER_NOT_ALLOWED', (w) => ({ extensions: [authorityKeyId(keyId(w)), maySign(), isAuthority()] })),
  issued('signer-that-may-certify-too', PROFILE, 'PA_SIGNER_NOT_ALLOWED', (w) => ({ extensions: [authorityKeyId(keyId(w)), mayBoth()] })),
  issued('signer-of-master-lists', '9303-12 §7.1.1', 'PA_SIGNER_NOT_ALLOWED', (w) => ({ extensions: [authorityKeyId(keyId(w)), maySign(), maySignMasterLists()] })),
  issued('signer-with-an-unknown-critical-extension', 'RFC 5280 §4.2', 'PA_SIGNER_NOT_ALLOWED', (w) => ({ extensions: [authorityKeyId(keyId(w)), maySign(), unknownCritical()] })),
  issued('signer-with-key-usage-twice', 'RFC 5280 §4.2', 'PA_SIGNER_MISSING', (w) => ({ extensions: [authorityKeyId(keyId(w)), mayCertify(), maySign()] })),
  issued('signer-under-two-algorithms', 'RFC 5280 §4.1.1.2', 'PA_SIGNER_MISSING', (w) => ({ outerAlgorithm: w.rsa.key.algorithm })),
  issued('signer-expired', PROFILE, 'PA_SIGNER_NOT_VALID', (w) => ({ notAfterMs: w.nowMs - DAY_MS })),
  issued('signer-not-yet-valid', PROFILE, 'PA_SIGNER_NOT_VALID', (w) => ({ notBeforeMs: w.nowMs + DAY_MS })),
  issued('signer-whose-validity-ends-before-it-begins', PROFILE, 'PA_SIGNER_NOT_VALID', (w) => ({ notBeforeMs: w.nowMs + DAY_MS, notAfterMs: w.nowMs - DAY_MS })),
  underAuthority('authority-expired', PROFILE, 'PA_CSCA_NOT_VALID', (w) => ({ notAfterMs: w.nowMs - DAY_MS })),
  underAuthority('authority-not-yet-valid', PROFILE, 'PA_CSCA_NOT_VALID', (w) => ({ notBeforeMs: w.nowMs + DAY_MS })),
  underAuthority('authority-that-may-not-certify', PROFILE, 'PA_CSCA_UNKNOWN', (w) => ({ extensions: [subjectKeyId(keyId(w)), maySign()] }), (w) => [w.cscaCertificate({ subjectPublicKeyInfo: stranger(w).subjectPublicKeyInfo }, stranger(w))]),
  underAuthority('authority-with-an-unknown-critical-extension', 'RFC 5280 §4.2', 'PA_CSCA_UNKNOWN', (w) => ({ extensions: [subjectKeyId(keyId(w)), mayCertify(), unknownCritical()] }), (w) => [w.cscaCertificate({ subjectPublicKeyInfo: stranger(w).subjectPublicKeyInfo }, stranger(w))]),
  attack('no-authority-at-all', PATH, 'TRUST_STORE_EMPTY', (w, evil) => w.presentFiles({}, { trustAnchors: { cscaCertificates: evil ? [] : [w.csca.der], crls: evil ? [] : [w.revocationList()] } })),

  withLists('signer-revoked', 'PA_SIGNER_REVOKED', (w) => [w.revocationList({ revoked: [w.signer.serialNumber] })]),
  withLists('authority-revoked', 'PA_CSCA_REVOKED', (w) => [w.revocationList({ revoked: [w.csca.serialNumber] })]),
  withLists('signer-revoked-by-a-stale-list', 'PA_SIGNER_REVOKED', (w) => [w.revocationList(), w.revocationList({ revoked: [w.signer.serialNumber], thisUpdateMs: w.nowMs - YEAR_MS, nextUpdateMs: w.nowMs - 200 * DAY_MS })]),
  withLists('signer-revoked-in-small-letters', 'PA_SIGNER_REVOKED', (w) => [w.revocationList(), w.revocationList({ issuer: distinguishedName({ ...utopia, alpha2: 'ut' }, 'CSCA Utopia'), revoked: [w.signer.serialNumber] })]),
  attack('signer-revoked-with-letters-in-its-number', REVOCATION, 'PA_SIGNER_REVOKED', (w, evil) => {
    const serialNumber = Uint8Array.of(0x5a, 0xbc, 0xde, 0xf0);
    const crls = [w.revocationList({ revoked: [evil ? serialNumber : w.csca.name.slice(0, 4)] })];
    return signedBy(w, w.signerCertificate({ serialNumber }), { anchors: { cscaCertificates: [w.csca.der], crls } });
  }),
  attack('signer-revoked-with-a-number-that-needs-a-sign-byte', REVOCATION, 'PA_SIGNER_REVOKED', (w, evil) => {
    const serialNumber = Uint8Array.of(0xfa, 0xbc, 0xde, 0xf0);
    const crls = [w.revocationList({ revoked: evil ? [serialNumber] : [] })];
    return signedBy(w, w.signerCertificate({ serialNumber }), { anchors: { cscaCertificates: [w.csca.der], crls } });
  }),
  withLists('revocation-list-withheld', 'PA_REVOCATION_UNKNOWN', () => []),
  withLists('revocation-list-stale', 'PA_REVOCATION_UNKNOWN', (w) => [w.revocationList({ thisUpdateMs: w.nowMs - 90 * DAY_MS, nextUpdateMs: w.nowMs - DAY_MS })]),
  withLists('revocation-list-of-tomorrow', 'PA_REVOCATION_UNKNOWN', (w) => [w.revocationList({ thisUpdateMs: w.nowMs + DAY_MS })]),
  withLists('revocation-list-forged', 'TRUST_STORE_CRL_NOT_TRUSTED', (w) => [w.revocationList({}, stranger(w))]),
  withLists('revocation-list-by-a-document-signer', 'TRUST_STORE_CRL_NOT_TRUSTED', (w) => [w.revocationList({}, ecSigningKey(w.signer.key))]),
  withLists('revocation-list-of-another-state', 'TRUST_STORE_CRL_NOT_TRUSTED', (w) => [w.revocationList({ issuer: distinguishedName({ alpha2: 'XX', mrzCode: 'XXX' }, 'CSCA Elsewhere') }, stranger(w))]),
  signedAt('private-key-used-after-its-period', (w) => w.nowMs - 20 * DAY_MS, (w) => w.nowMs),
  signedAt('private-key-used-before-its-certificate', (w) => w.nowMs + 60 * DAY_MS, (w) => w.nowMs - 300 * DAY_MS),

  signerKey('signer-key-with-a-generator-of-its-own', CURVES, (w) => generatorForgedKey('P-256', w.signer.key.publicKey)),
  signerKey('signer-key-on-a-curve-of-another-order', CURVES, (w) => lyingSigner(w, { order: P256_ORDER - 2n })),
  signerKey('signer-key-on-a-curve-of-another-cofactor', CURVES, (w) => lyingSigner(w, { cofactor: 2n })),
  attack('authority-key-with-a-generator-of-its-own-brought-along', CURVES, 'PA_CSCA_UNKNOWN', (w, evil) => {
    const forged = generatorForgedKey('P-256', w.csca.key.publicKey);
    const certificate = w.cscaCertificate({ subjectPublicKeyInfo: forged.subjectPublicKeyInfo }, forged);
    return signedBy(w, w.signerCertificate({}, evil ? forged : undefined), { also: [evil ? certificate : w.csca.der] });
  }),
  attack('authority-key-with-a-generator-of-its-own-installed', CURVES, 'PA_CSCA_UNKNOWN', (w, evil) => {
    const forged = generatorForgedKey('P-256', w.csca.key.publicKey);
    const certificate = w.cscaCertificate({ subjectPublicKeyInfo: forged.subjectPublicKeyInfo }, forged);
    return signedBy(w, w.signerCertificate({}, evil ? forged : undefined), { anchors: { cscaCertificates: [w.csca.der, ...(evil ? [certificate] : [])], crls: [w.revocationList()] } });
  }),
  attack('signature-by-cube-root-on-a-certificate', 'RFC 8017 §8.2.2', 'PA_CSCA_UNKNOWN', (w, evil) => signedBy(w, w.signerCertificate({}, evil ? cubeRootForger(256) : w.rsa.key), { anchors: rsaAuthority(w) })),
  attack('signature-by-cube-root-on-a-signature-file', 'RFC 8017 §8.2.2', 'PA_SOD_SIGNATURE_INVALID', (w, evil) => {
    const { subjectPublicKeyInfo } = w.rsa.key;
    return signedBy(w, w.signerCertificate({ subjectPublicKeyInfo }), { key: evil ? cubeRootForger(256) : w.rsa.key });
  }),
  signerKey('signer-key-of-exponent-one', RSA, (w) => exponentOneKey(modulusOf(w.rsa.privateKey), 256)),
  signerKey('signer-key-of-an-even-exponent', RSA, (w) => ({ ...w.rsa.key, subjectPublicKeyInfo: rsaPublicKeyInfo(modulusOf(w.rsa.privateKey), 4n) })),
  signerKey('signer-key-of-512-bits', RSA, (w) => weakRsa(w, modulusOf(w.rsa.privateKey) >> 1536n)),
  signerKey('signer-key-of-1024-bits', RSA, (w) => w.weakRsa, 'PA_ALGORITHM_TOO_WEAK'),
  signerKey('signer-key-of-an-even-modulus', RSA, (w) => weakRsa(w, modulusOf(w.rsa.privateKey) - 1n)),
];
