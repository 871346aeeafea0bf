import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Bytes, fromHex } from '@visavis/kernel';
import { bitString, explicit, integer, objectIdentifier, sequence } from '../der/der.ts';
import { type EcKeyPair, signDigest, subjectPublicKeyInfo } from './elliptic-curve.ts';

export type HashName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** How a state signs. */
export type SigningStyle =
  | { readonly kind: 'ec'; readonly curve: string; readonly parameters: 'explicit' | 'named'; readonly hash: HashName }
  | { readonly kind: 'rsa'; readonly bits: number; readonly exponent: number; readonly hash: HashName }
  /** @param mgfHash of the mask generation function: usually the same hash, not always */
  | { readonly kind: 'rsaPss'; readonly bits: number; readonly hash: HashName; readonly mgfHash: HashName };

/** What signs certificates and signature files. */
export interface SigningKey {
  readonly subjectPublicKeyInfo: Bytes;
  /** Contents of the subjectPublicKey BIT STRING: what key identifiers are made of. */
  readonly publicKey: Bytes;
  /** AlgorithmIdentifier of its signatures. */
  readonly algorithm: Bytes;
  /** The key's kind where a signature's algorithm should stand, without a hash: so some states write it. */
  readonly bareAlgorithm: Bytes;
  readonly hash: HashName;
  sign(message: Uint8Array): Bytes;
}

const NULL = fromHex('0500');
export const HASH_OIDS: Readonly<Record<HashName, string>> = { sha1: '1.3.14.3.2.26', sha224: '2.16.840.1.101.3.4.2.4', sha256: '2.16.840.1.101.3.4.2.1', sha384: '2.16.840.1.101.3.4.2.2', sha512: '2.16.840.1.101.3.4.2.3' };
const ECDSA_OIDS: Readonly<Record<HashName, string>> = { sha1: '1.2.840.10045.4.1', sha224: '1.2.840.10045.4.3.1', sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3', sha512: '1.2.840.10045.4.3.4' };
const RSA_OIDS: Readonly<Record<HashName, string>> = { sha1: '1.2.840.113549.1.1.5', sha224: '1.2.840.113549.1.1.14', sha256: '1.2.840.113549.1.1.11', sha384: '1.2.840.113549.1.1.12', sha512: '1.2.840.113549.1.1.13' };
const rsaEncryption = sequence(objectIdentifier('1.2.840.113549.1.1.1'), NULL);
const bareEcdsa = sequence(objectIdentifier('1.2.840.10045.2.1'));

export const digest = (hash: HashName, message: Uint8Array): Bytes => Uint8Array.from(createHash(hash).update(message).digest());

/** ECDSA with SHA-256 by a seeded key: the same state byte for byte from the same seed. */
export const seededSigningKey = (pair: EcKeyPair): SigningKey => ({
  subjectPublicKeyInfo: subjectPublicKeyInfo(pair.curve, pair.publicKey),
  publicKey: pair.publicKey,
  algorithm: sequence(objectIdentifier(ECDSA_OIDS.sha256)),
  bareAlgorithm: bareEcdsa,
  hash: 'sha256',
  sign: (message) => signDigest(pair, digest('sha256', message), 'der'),
});

/** A key of any style, by the system's generator: another one every time. */
export function generateSigningKey(style: SigningStyle): SigningKey {
  const { hash } = style;
  if (style.kind === 'ec') {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: style.curve, paramEncoding: style.parameters });
    const spki = spkiOf(publicKey);
    return { subjectPublicKeyInfo: spki, publicKey: bitsOf(spki), algorithm: sequence(objectIdentifier(ECDSA_OIDS[hash])), bareAlgorithm: bareEcdsa, hash, sign: (message) => Uint8Array.from(sign(hash, message, privateKey)) };
  }
  if (style.kind === 'rsa') {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: style.bits, publicExponent: style.exponent });
    const spki = spkiOf(publicKey);
    return { subjectPublicKeyInfo: spki, publicKey: bitsOf(spki), algorithm: sequence(objectIdentifier(RSA_OIDS[hash]), NULL), bareAlgorithm: rsaEncryption, hash, sign: (message) => Uint8Array.from(sign(hash, message, { key: privateKey, padding: constants.RSA_PKCS1_PADDING })) };
  }
  const { privateKey, publicKey } = generateKeyPairSync('rsa-pss', { modulusLength: style.bits, hashAlgorithm: hash, mgf1HashAlgorithm: style.mgfHash });
  const bits = bitsOf(spkiOf(publicKey));
  const saltBytes = digest(hash, new Uint8Array()).length;
  const hashIdentifier = sequence(objectIdentifier(HASH_OIDS[hash]), NULL);
  const maskGeneration = sequence(objectIdentifier('1.2.840.113549.1.1.8'), sequence(objectIdentifier(HASH_OIDS[style.mgfHash]), NULL));
  return {
    // The key itself is a plain RSA key, as in most documents: only the signature says how it was padded.
    subjectPublicKeyInfo: sequence(rsaEncryption, bitString(bits)),
    publicKey: bits,
    algorithm: sequence(objectIdentifier('1.2.840.113549.1.1.10'), sequence(explicit(0, hashIdentifier), explicit(1, maskGeneration), explicit(2, integer(saltBytes)))),
    bareAlgorithm: rsaEncryption,
    hash,
    sign: (message) => Uint8Array.from(sign(hash, message, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes })),
  };
}

const spkiOf = (key: KeyObject): Bytes => Uint8Array.from(key.export({ type: 'spki', format: 'der' }));

/** Contents of the BIT STRING, which is what follows the AlgorithmIdentifier. */
function bitsOf(spki: Uint8Array): Bytes {
  const element = (at: number): { readonly body: number; readonly end: number } => {
    const first = spki[at + 1]!;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const length = lengthBytes === 0 ? first : Array.from(spki.subarray(at + 2, at + 2 + lengthBytes)).reduce((n, byte) => n * 256 + byte, 0);
    return { body: at + 2 + lengthBytes, end: at + 2 + lengthBytes + length };
  };
  const bits = element(element(element(0).body).end);
  return spki.slice(bits.body + 1, bits.end);
}
