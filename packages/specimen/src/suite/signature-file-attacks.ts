import { concatBytes, type Bytes, toHex } from '@visavis/kernel';
import { contentTypeAttribute, digestOf, ID_DATA, messageDigestAttribute, type SodRecipe } from '../attack-kit/forge-sod.ts';
import { ecSigningKey } from '../attack-kit/signing-keys.ts';
import { explicit, integer, objectIdentifier, octetString, sequence, setOf, tlv } from '../der/der.ts';
import { attack, type Attack } from './attack.ts';
import type { Workshop } from './workshop.ts';

const CMS = 'RFC 5652 §5';
const ATTRIBUTES = 'RFC 5652 §11';
const MESSAGE_DIGEST_OID = '1.2.840.113549.1.9.4';

/** The plain passport under a signature file in which one thing is wrong. */
const sod = (name: string, clause: string, code: string, change: (workshop: Workshop) => Partial<SodRecipe>): Attack =>
  attack(name, clause, code, (w, evil) => w.presentFiles({ sod: w.sod(w.passport('plain').files, evil ? change(w) : {}) }));

const flipLastBit = (bytes: Bytes): Bytes => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));
const elsewhere = digestOf('sha256', Uint8Array.of(1));
const stranger = (w: Workshop) => ecSigningKey(w.pair('stranger'));
const withAlgorithm = (w: Workshop, algorithm: Bytes): Partial<SodRecipe> => ({ key: { ...ecSigningKey(w.signer.key), algorithm } });
const pss = (...parameters: Uint8Array[]): Bytes => sequence(objectIdentifier('1.2.840.113549.1.1.10'), sequence(...parameters));
const otherSignerId = (w: Workshop): Bytes => sequence(w.csca.name, integer(Uint8Array.of(0x53, 1)));

/** r and s of an ECDSA signature, 32 bytes each. */
function plainSignature(der: Bytes): Bytes {
  const rLength = der[3]!;
  const number = (bytes: Uint8Array): Bytes => concatBytes(new Uint8Array(32), bytes).slice(-32);
  return concatBytes(number(der.subarray(4, 4 + rLength)), number(der.subarray(4 + rLength + 2)));
}

/** Spells a definite length with one byte more than it needs: BER, no longer DER. */
const longLength = (der: Bytes): Bytes => concatBytes(der.subarray(0, 1), Uint8Array.of(0x84, 0, 0, 0, der.length - 2), der.subarray(2));

/** Against EF.SOD as a CMS SignedData. */
export const signatureFileAttacks: readonly Attack[] = [
  sod('sod-signature-bit-flipped', CMS, 'PA_SOD_SIGNATURE_INVALID', () => ({ signature: flipLastBit })),
  sod('sod-signed-by-a-stranger', CMS, 'PA_SOD_SIGNATURE_INVALID', (w) => ({ key: stranger(w) })),
  sod('sod-signature-of-zeros', 'SEC 1 §4.1.4', 'PA_SOD_SIGNATURE_INVALID', () => ({ signature: () => sequence(integer(0), integer(0)) })),
  sod('sod-signature-r-zero', 'SEC 1 §4.1.4', 'PA_SOD_SIGNATURE_INVALID', () => ({ signature: () => sequence(integer(0), integer(1)) })),
  sod('sod-signature-s-zero', 'SEC 1 §4.1.4', 'PA_SOD_SIGNATURE_INVALID', () => ({ signature: (der) => sequence(der.subarray(2, 4 + der[3]!), integer(0)) })),
  sod('sod-signature-plain-for-der', 'BSI TR-03111 §5.2', 'PA_SOD_SIGNATURE_INVALID', () => ({ signature: plainSignature })),
  sod('sod-signature-with-a-tail', 'X.690 §10', 'PA_SOD_SIGNATURE_INVALID', () => ({ signature: (der) => concatBytes(der, Uint8Array.of(0)) })),
  sod('sod-signature-empty', CMS, 'PA_SOD_SIGNATURE_INVALID', () => ({ signature: () => new Uint8Array() })),
  sod('content-type-attribute-of-something-else', ATTRIBUTES, 'PA_SOD_SIGNATURE_INVALID', () => ({ attributes: ([, digest]) => [contentTypeAttribute(ID_DATA), digest!] })),
  sod('content-type-attribute-missing', ATTRIBUTES, 'PA_SOD_MALFORMED', () => ({ attributes: ([, digest]) => [digest!] })),
  sod('content-of-an-unknown-type', '9303-10 §4.6.2', 'PA_SOD_MALFORMED', () => ({ contentType: '1.2.3.4' })),
  sod('signed-attributes-missing', CMS, 'PA_SOD_MALFORMED', () => ({ attributes: () => undefined })),
  sod('message-digest-missing', ATTRIBUTES, 'PA_SOD_MALFORMED', () => ({ attributes: ([type]) => [type!] })),
  sod('message-digest-of-something-else', ATTRIBUTES, 'PA_SOD_SIGNATURE_INVALID', () => ({ attributes: ([type]) => [type!, messageDigestAttribute(elsewhere)] })),
  sod('message-digest-twice', ATTRIBUTES, 'PA_SOD_MALFORMED', () => ({ attributes: (honest) => [...honest, messageDigestAttribute(elsewhere)] })),
  sod('message-digest-with-two-values', ATTRIBUTES, 'PA_SOD_MALFORMED', (w) => ({ attributes: ([type]) => [type!, messageDigestAttribute(digestOf('sha256', w.passport('plain').files.dg1), elsewhere)] })),
  sod('message-digest-of-no-value', ATTRIBUTES, 'PA_SOD_MALFORMED', () => ({ attributes: ([type]) => [type!, sequence(objectIdentifier(MESSAGE_DIGEST_OID), setOf())] })),
  sod('message-digest-as-an-integer', ATTRIBUTES, 'PA_SOD_MALFORMED', () => ({ attributes: ([type]) => [type!, sequence(objectIdentifier(MESSAGE_DIGEST_OID), setOf(integer(1)))] })),
  sod('attribute-added-after-signing', ATTRIBUTES, 'PA_SOD_SIGNATURE_INVALID', () => ({ carried: (honest) => [...honest, sequence(objectIdentifier('1.2.3.4'), setOf(integer(1)))] })),
  sod('message-digest-exchanged-after-signing', ATTRIBUTES, 'PA_SOD_SIGNATURE_INVALID', () => ({ carried: ([type]) => [type!, messageDigestAttribute(elsewhere)] })),
  sod('two-signers-one-of-them-good', CMS, 'PA_SOD_MALFORMED', (w) => ({ signerInfos: (honest) => [honest, sequence(integer(1), otherSignerId(w), sequence(objectIdentifier('1.2.3.4')))] })),
  sod('the-good-signer-twice', CMS, 'PA_SOD_MALFORMED', () => ({ signerInfos: (honest) => [honest, honest] })),
  sod('no-signer', CMS, 'PA_SOD_MALFORMED', () => ({ signerInfos: () => [] })),
  // Strenzke 2023: the signed attributes of a genuine signature are presented as content that was signed without any.
  attack('signed-attributes-as-content', CMS, 'PA_SOD_MALFORMED', (w, evil) => {
    const { files } = w.passport('plain');
    let attributes: Bytes = new Uint8Array();
    let signature: Bytes = new Uint8Array();
    const genuine = w.sod(files, {
      carried: (signed) => {
        attributes = setOf(...signed);
        return signed;
      },
      signature: (made) => (signature = made),
    });
    return w.presentFiles({ sod: evil ? w.sod(files, { contentType: ID_DATA, content: attributes, attributes: () => undefined, signature: () => signature }) : genuine });
  }),
  sod('digest-algorithm-other-than-used', CMS, 'PA_SOD_SIGNATURE_INVALID', () => ({ digest: 'sha512', digestedBy: 'sha256' })),
  sod('digest-by-sha1-this-year', '9303-12 §4.4', 'PA_ALGORITHM_TOO_WEAK', () => ({ digest: 'sha1' })),
  sod('digest-by-md5', '9303-12 §4.4', 'PA_ALGORITHM_UNSUPPORTED', () => ({ digest: 'md5' })),
  sod('signature-by-md5-with-rsa', '9303-12 §4.4', 'PA_ALGORITHM_UNSUPPORTED', (w) => withAlgorithm(w, sequence(objectIdentifier('1.2.840.113549.1.1.4'), Uint8Array.of(5, 0)))),
  sod('signature-by-an-unknown-algorithm', '9303-12 §4.4', 'PA_ALGORITHM_UNSUPPORTED', (w) => withAlgorithm(w, sequence(objectIdentifier('1.2.3.4')))),
  sod('signature-said-to-be-rsa', '9303-12 §4.4', 'PA_SOD_SIGNATURE_INVALID', (w) => withAlgorithm(w, w.rsa.key.algorithm)),
  sod('pss-with-endless-salt', 'RFC 4055 §3.1', 'PA_ALGORITHM_UNSUPPORTED', (w) => withAlgorithm(w, pss(explicit(2, integer(1_000_000))))),
  sod('pss-with-an-unknown-mask', 'RFC 4055 §3.1', 'PA_ALGORITHM_UNSUPPORTED', (w) => withAlgorithm(w, pss(explicit(1, sequence(objectIdentifier('1.2.3.4')))))),
  sod('certificate-missing', '9303-10 §4.6.2', 'PA_SIGNER_MISSING', () => ({ certificates: [] })),
  sod('certificate-that-is-none', '9303-10 §4.6.2', 'PA_SIGNER_MISSING', () => ({ certificates: [sequence(integer(1))] })),
  // Which certificate signed is not signed itself, and some states get it wrong: the signature decides, and no certificate here made this one.
  sod('certificate-of-another-key', CMS, 'PA_SOD_SIGNATURE_INVALID', (w) => ({ certificates: [w.signerCertificate({ subjectPublicKeyInfo: stranger(w).subjectPublicKeyInfo })] })),
  sod('certificate-of-the-authority-alone', CMS, 'PA_SOD_SIGNATURE_INVALID', (w) => ({ certificates: [w.csca.der] })),
  sod('bytes-after-the-signed-data', 'X.690 §10', 'PA_SOD_MALFORMED', () => ({ contentInfo: (cms) => concatBytes(cms, Uint8Array.of(0, 0)) })),
  sod('content-info-twice', 'X.690 §10', 'PA_SOD_MALFORMED', () => ({ contentInfo: (cms) => concatBytes(cms, cms) })),
  sod('content-info-of-another-type', CMS, 'PA_SOD_MALFORMED', (w) => ({ contentInfo: () => sequence(objectIdentifier(ID_DATA), explicit(0, octetString(w.passport('plain').files.dg1))) })),
  // Indefinite length around one value, of a primitive tag: no BER has that.
  sod('indefinite-length-of-a-primitive', 'X.690 §8.1.3', 'PA_SOD_MALFORMED', () => ({ contentInfo: (cms) => concatBytes(Uint8Array.of(0x30, 0x80, 0x04, 0x80), cms.subarray(4), new Uint8Array(4)) })),
  sod('set-of-attributes-in-another-order', 'X.690 §11.6', 'PA_SOD_SIGNATURE_INVALID', () => ({ carried: (honest) => honest.toReversed() })),
  // BER's spelling of a signed part would verify only for a reader that signs what it re-encoded.
  sod('security-object-in-ber', 'X.690 §10.1', 'PA_SOD_MALFORMED', (w) => {
    const { files } = w.passport('plain');
    const hash = (n: number, file: Bytes): Bytes => sequence(integer(n), octetString(digestOf('sha256', file)));
    const list = sequence(hash(1, files.dg1), hash(2, files.dg2));
    return { content: sequence(integer(0), sequence(objectIdentifier('2.16.840.1.101.3.4.2.1')), longLength(list)) };
  }),
  // An octet string in pieces, one of which is no octet string.
  sod('content-in-pieces-of-two-kinds', 'X.690 §8.7.3', 'PA_SOD_MALFORMED', () => ({
    contentInfo: (cms) => {
      const hex = toHex(cms);
      const at = hex.indexOf(toHex(explicit(0).subarray(0, 1)), hex.indexOf('678108010101'));
      return tlv(0x30, cms.subarray(4, at / 2), Uint8Array.of(0xa0, 0x08, 0x24, 0x06, 0x04, 0x01, 0x00, 0x02, 0x01, 0x00));
    },
  })),
];
