import { constants, createHash, type KeyObject, sign } from 'node:crypto';
import { type Bytes, concatBytes, fromHex, toHex } from '@visavis/kernel';
import { bitString, integer, objectIdentifier, octetString, sequence, tlv } from '../der/der.ts';
import { type CurveName, curves, type EcKeyPair, fieldElement, signDigest, subjectPublicKeyInfo } from '../pki/elliptic-curve.ts';
import { ecdsaWithSha256 } from '../pki/issue-certificate.ts';

/** What signs a certificate, a list or a signature file, honest or not. */
export interface SigningKey {
  readonly subjectPublicKeyInfo: Bytes;
  /** AlgorithmIdentifier of its signatures. */
  readonly algorithm: Bytes;
  sign(message: Uint8Array): Bytes;
}

const NULL = Uint8Array.of(0x05, 0x00);
const sha256WithRsa = sequence(objectIdentifier('1.2.840.113549.1.1.11'), NULL);
const sha256 = (message: Uint8Array): Bytes => Uint8Array.from(createHash('sha256').update(message).digest());
const number = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const bytesOf = (value: bigint, length: number): Bytes => fromHex(value.toString(16).padStart(2 * length, '0'));

/** ECDSA with SHA-256, honest. */
export const ecSigningKey = (pair: EcKeyPair): SigningKey => ({
  subjectPublicKeyInfo: subjectPublicKeyInfo(pair.curve, pair.publicKey),
  algorithm: ecdsaWithSha256,
  sign: (message) => signDigest(pair, sha256(message), 'der'),
});

/** What of a curve's explicit parameters is a lie. */
export interface CurveLie {
  /** 04 ‖ X ‖ Y */
  readonly generator?: Uint8Array;
  readonly order?: bigint;
  readonly cofactor?: bigint;
}

/** SubjectPublicKeyInfo whose explicit parameters are the curve's but for the lie. */
export function lyingEcKey(name: CurveName, publicKey: Uint8Array, lie: CurveLie): Bytes {
  const { p, a, b, n, h, Gx, Gy } = curves[name].curve.Point.CURVE() as Readonly<Record<'p' | 'a' | 'b' | 'n' | 'h' | 'Gx' | 'Gy', bigint>>;
  const parameters = sequence(
    integer(1),
    sequence(objectIdentifier('1.2.840.10045.1.1'), integer(p)),
    sequence(octetString(fieldElement(a)), octetString(fieldElement(b))),
    octetString(lie.generator ?? concatBytes(Uint8Array.of(4), fieldElement(Gx), fieldElement(Gy))),
    integer(lie.order ?? n),
    integer(lie.cofactor ?? h),
  );
  return sequence(sequence(objectIdentifier('1.2.840.10045.2.1'), parameters), bitString(publicKey));
}

/**
 * A stranger's public key Q with the generator set to Q as well, so that the private key is 1 and anybody signs
 * (CVE-2020-0601). OpenSSL verifies such signatures: only the curve's name gives the lie away.
 */
export function generatorForgedKey(name: CurveName, publicKey: Uint8Array): SigningKey {
  const { Point } = curves[name].curve;
  const { n } = Point.CURVE() as { readonly n: bigint };
  const generator = Point.fromBytes(publicKey);
  return {
    subjectPublicKeyInfo: lyingEcKey(name, publicKey, { generator: publicKey }),
    algorithm: ecdsaWithSha256,
    sign: (message) => {
      // A nonce of one's own choice will do where there is no secret: k = 2, so that s = (e + r) / 2.
      const r = generator.double().toAffine().x % n;
      const twice = (number(sha256(message)) + r) % n;
      return sequence(integer(r), integer(twice % 2n === 0n ? twice / 2n : (twice + n) / 2n));
    },
  };
}

/** RSA with PKCS #1 v1.5 and SHA-256, honest. @param key made by the caller: making one takes time */
export const rsaSigningKey = (key: KeyObject, publicKeyInfo: Bytes): SigningKey => ({
  subjectPublicKeyInfo: publicKeyInfo,
  algorithm: sha256WithRsa,
  sign: (message) => Uint8Array.from(sign('sha256', message, { key, padding: constants.RSA_PKCS1_PADDING })),
});

export const rsaPublicKeyInfo = (modulus: bigint, exponent: bigint): Bytes =>
  sequence(sequence(objectIdentifier('1.2.840.113549.1.1.1'), NULL), bitString(sequence(integer(modulus), integer(exponent))));

/** DigestInfo of SHA-256 behind PKCS #1's padding of so many FF. */
function paddedDigest(message: Uint8Array, paddingBytes: number): Bytes {
  const digestInfo = sequence(sequence(objectIdentifier('2.16.840.1.101.3.4.2.1'), NULL), tlv(0x04, sha256(message)));
  return concatBytes(Uint8Array.of(0, 1), new Uint8Array(paddingBytes).fill(0xff), Uint8Array.of(0), digestInfo);
}

/** An RSA key with exponent 1: the padded digest is its own signature. */
export function exponentOneKey(modulus: bigint, modulusBytes: number): SigningKey {
  return {
    subjectPublicKeyInfo: rsaPublicKeyInfo(modulus, 1n),
    algorithm: sha256WithRsa,
    sign: (message) => paddedDigest(message, modulusBytes - paddedDigest(message, 0).length),
  };
}

/**
 * Signs for an RSA key of exponent 3 without its private key (Bleichenbacher 2006): short padding and the digest to
 * the left, garbage to the right, and a cube root. A verifier that does not look at the end is taken in.
 */
export function cubeRootForger(modulusBytes: number): Pick<SigningKey, 'algorithm' | 'sign'> {
  return {
    algorithm: sha256WithRsa,
    sign: (message) => {
      const wanted = paddedDigest(message, 8);
      const target = number(concatBytes(wanted, new Uint8Array(modulusBytes - wanted.length)));
      const forged = bytesOf(cubeRoot(target) + 1n, modulusBytes);
      if (!toHex(bytesOf(number(forged) ** 3n, modulusBytes)).startsWith(toHex(wanted))) throw new RangeError('the modulus leaves no room for garbage');
      return forged;
    },
  };
}

/** Floor of the cube root, by bisection. */
function cubeRoot(value: bigint): bigint {
  let low = 0n;
  let high = 1n << BigInt(Math.ceil(value.toString(2).length / 3) + 1);
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** 3n <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** The modulus of an RSA private key. */
export const modulusOf = (key: KeyObject): bigint => number(Buffer.from(key.export({ format: 'jwk' }).n!, 'base64url'));
