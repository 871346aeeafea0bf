import { type KeyObject, generateKeyPairSync, sign } from 'node:crypto';
import { concatBytes, fromHex } from '@visavis/kernel';
import type { Passport, SpecimenState } from '@visavis/specimen';
import { type DerObject, derAt, derObject, derObjects } from './der-objects.ts';

/** What most states' document signers have; their authorities have 3072 or 4096. */
const SIGNER_BITS = 2048;
const CSCA_BITS = 3072;
/** sha256WithRSAEncryption, parameters NULL (RFC 8017 §A.2.4). */
const SHA256_WITH_RSA = fromHex('300d06092a864886f70d01010b0500');

export interface RsaDocument {
  readonly passport: Passport;
  readonly trustAnchors: SpecimenState['trustAnchors'];
}

interface RsaKeys {
  readonly privateKey: KeyObject;
  readonly subjectPublicKeyInfo: Uint8Array;
}

/** The same passport and the same state, names, dates and extensions, with RSA keys of this moment in place of elliptic ones: authority, signer, signature file, list of withdrawn certificates. */
export function resignWithRsa(passport: Passport, trustAnchors: SpecimenState['trustAnchors']): RsaDocument {
  const [csca, signer] = [drawKeys(CSCA_BITS), drawKeys(SIGNER_BITS)];
  return {
    passport: { ...passport, files: { ...passport.files, sod: resignSod(passport.files.sod, signer, csca) } },
    trustAnchors: { cscaCertificates: trustAnchors.cscaCertificates.map((der) => resignCertificate(der, csca, csca)), crls: trustAnchors.crls.map((der) => resignList(der, csca)) },
  };
}

function drawKeys(modulusLength: number): RsaKeys {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return { privateKey, subjectPublicKeyInfo: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) };
}

const raws = (objects: readonly DerObject[]): Uint8Array[] => objects.map(({ raw }) => raw);
const signedBy = (issuer: RsaKeys, tbs: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(derObject(0x30, tbs, SHA256_WITH_RSA, derObject(0x03, Uint8Array.of(0), sign('sha256', tbs, issuer.privateKey))));

function resignCertificate(der: Uint8Array, subject: RsaKeys, issuer: RsaKeys): Uint8Array<ArrayBuffer> {
  const fields = raws(derObjects(derAt(der, 0, 0).value));
  return signedBy(issuer, derObject(0x30, ...fields.with(2, SHA256_WITH_RSA).with(6, subject.subjectPublicKeyInfo)));
}

function resignList(der: Uint8Array, issuer: RsaKeys): Uint8Array<ArrayBuffer> {
  return signedBy(issuer, derObject(0x30, ...raws(derObjects(derAt(der, 0, 0).value)).with(1, SHA256_WITH_RSA)));
}

function resignSod(sod: Uint8Array, signer: RsaKeys, csca: RsaKeys): Uint8Array<ArrayBuffer> {
  const contentInfo = derObjects(derAt(sod, 0, 0).value);
  const parts = raws(derObjects(derAt(sod, 0, 0, 1, 0).value));
  const [version, sid, digest, attributes] = raws(derObjects(derAt(parts.at(-1)!, 0, 0).value)) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  // Signed as a SET OF, carried as [0] (RFC 5652 §5.4).
  const signature = sign('sha256', concatBytes(Uint8Array.of(0x31), attributes.subarray(1)), signer.privateKey);
  const signerInfo = derObject(0x30, version, sid, digest, attributes, SHA256_WITH_RSA, derObject(0x04, signature));
  const certificate = resignCertificate(derAt(parts[3]!, 0).value, signer, csca);
  const signedData = derObject(0x30, ...parts.slice(0, 3), derObject(0xa0, certificate), ...parts.slice(4, -1), derObject(0x31, signerInfo));
  return Uint8Array.from(derObject(0x77, derObject(0x30, contentInfo[0]!.raw, derObject(0xa0, signedData))));
}
