import { brainpoolP256r1 } from '@noble/curves/misc.js';
import { p256 } from '@noble/curves/nist.js';
import { type Bytes, concatBytes, fromHex, type RandomBytes } from '@visavis/kernel';
import { bitString, integer, objectIdentifier, octetString, sequence } from '../der/der.ts';

export type CurveName = 'P-256' | 'brainpoolP256r1';

/** The two 256-bit curves this state uses; `paceParameterId` as in ICAO 9303-11 table 6. */
export const curves = {
  'P-256': { curve: p256, paceParameterId: 12 },
  brainpoolP256r1: { curve: brainpoolP256r1, paceParameterId: 13 },
} as const;

/** Field and order size of both curves. */
export const FIELD_BYTES = 32;

export interface EcKeyPair {
  readonly curve: CurveName;
  readonly privateKey: Bytes;
  /** 04 ‖ X ‖ Y */
  readonly publicKey: Bytes;
}

export const fieldElement = (value: bigint): Bytes => fromHex(value.toString(16).padStart(2 * FIELD_BYTES, '0'));

/** A key pair; `random` is drawn from until it gives a scalar between 1 and n−1. */
export function drawKeyPair(name: CurveName, random: RandomBytes): EcKeyPair {
  const { curve } = curves[name];
  for (;;) {
    const privateKey = Uint8Array.from(random(FIELD_BYTES));
    if (curve.utils.isValidSecretKey(privateKey)) return { curve: name, privateKey, publicKey: Uint8Array.from(curve.getPublicKey(privateKey, false)) };
  }
}

/** ECDSA over a digest, deterministic (RFC 6979) so that one seed makes one state, byte for byte. */
export function signDigest(pair: EcKeyPair, digest: Uint8Array, format: 'der' | 'compact'): Bytes {
  return Uint8Array.from(curves[pair.curve].curve.sign(digest, pair.privateKey, { prehash: false, lowS: false, format }));
}

/** SubjectPublicKeyInfo with explicit domain parameters, as ICAO 9303-12 §7.1.2 requires of every EC certificate. */
export function subjectPublicKeyInfo(name: CurveName, publicKey: Uint8Array): Bytes {
  const { p, a, b, n, h, Gx, Gy } = curves[name].curve.Point.CURVE() as EcParameters;
  const parameters = sequence(
    integer(1),
    sequence(objectIdentifier('1.2.840.10045.1.1'), integer(p)),
    sequence(octetString(fieldElement(a)), octetString(fieldElement(b))),
    octetString(concatBytes(Uint8Array.of(4), fieldElement(Gx), fieldElement(Gy))),
    integer(n),
    integer(h),
  );
  return sequence(sequence(objectIdentifier('1.2.840.10045.2.1'), parameters), bitString(publicKey));
}

interface EcParameters {
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly n: bigint;
  readonly h: bigint;
  readonly Gx: bigint;
  readonly Gy: bigint;
}

/** r ‖ s as SEQUENCE { r, s }. */
export const derFromPlainSignature = (plain: Uint8Array): Bytes => sequence(integer(plain.subarray(0, plain.length / 2)), integer(plain.subarray(plain.length / 2)));
