import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { Bytes, RandomBytes } from '@visavis/kernel';
import { fromInteger, toInteger } from './integers.ts';
import { brainpoolP192r1, brainpoolP224r1, brainpoolP320r1, secp192r1, secp224r1 } from './more-curves.ts';

/** Curves by the names OpenSSL gives them. All have cofactor 1: a point on the curve that is not the identity has the full order. */
export type CurveName =
  | 'prime192v1'
  | 'secp224r1'
  | 'prime256v1'
  | 'secp384r1'
  | 'secp521r1'
  | 'brainpoolP192r1'
  | 'brainpoolP224r1'
  | 'brainpoolP256r1'
  | 'brainpoolP320r1'
  | 'brainpoolP384r1'
  | 'brainpoolP512r1';

const POINTS = {
  prime192v1: secp192r1,
  secp224r1,
  prime256v1: p256.Point,
  secp384r1: p384.Point,
  secp521r1: p521.Point,
  brainpoolP192r1,
  brainpoolP224r1,
  brainpoolP256r1: brainpoolP256r1.Point,
  brainpoolP320r1,
  brainpoolP384r1: brainpoolP384r1.Point,
  brainpoolP512r1: brainpoolP512r1.Point,
} as const;

type Point = (typeof POINTS)[CurveName]['BASE'];

/** A point that is on its curve and is not the identity: {@link decodePoint} and the arithmetic below make no other. */
export interface EcPoint {
  readonly curve: CurveName;
  readonly point: Point;
}

export const isCurveName = (name: string): name is CurveName => Object.hasOwn(POINTS, name);

/** Size of a coordinate in bytes. */
export const fieldBytes = (curve: CurveName): number => POINTS[curve].Fp.BYTES;

export const basePoint = (curve: CurveName): EcPoint => ({ curve, point: POINTS[curve].BASE });

/** The uncompressed encoding, 04 ‖ x ‖ y (BSI TR-03111 §3.2.1). */
export const encodePoint = (p: EcPoint): Bytes => new Uint8Array(p.point.toBytes(false));

/** The x-coordinate with its leading zeros: a shared secret as the key derivation wants it (BSI TR-03111 §4.3.1). */
export const xCoordinate = (p: EcPoint): Bytes => encodePoint(p).slice(1, 1 + fieldBytes(p.curve));

/**
 * Reads an uncompressed point.
 * @param encoded from the other side; untrusted
 * @returns undefined when it is compressed, of another length, the identity or off the curve
 */
export function decodePoint(curve: CurveName, encoded: Uint8Array): EcPoint | undefined {
  if (encoded.length !== 1 + 2 * fieldBytes(curve) || encoded[0] !== 0x04) return undefined;
  try {
    const point = POINTS[curve].fromBytes(encoded);
    point.assertValidity();
    return point.is0() ? undefined : { curve, point };
  } catch {
    return undefined;
  }
}

/** scalar · point; undefined when that is the identity. @param scalar taken modulo the curve's order */
export function multiplyPoint(p: EcPoint, scalar: Uint8Array): EcPoint | undefined {
  const reduced = toInteger(scalar) % POINTS[p.curve].Fn.ORDER;
  return reduced === 0n ? undefined : { curve: p.curve, point: p.point.multiply(reduced) };
}

/** a + b; undefined when that is the identity. */
export function addPoints(a: EcPoint, b: EcPoint): EcPoint | undefined {
  if (a.curve !== b.curve) throw new TypeError('points of two curves');
  const point = a.point.add(b.point);
  return point.is0() ? undefined : { curve: a.curve, point };
}

/** A private key: uniform in 1 … order − 1 up to a bias of 2^−64. */
export function drawScalar(curve: CurveName, random: RandomBytes): Bytes {
  const order = POINTS[curve].Fn.ORDER;
  const bytes = POINTS[curve].Fn.BYTES;
  return fromInteger((toInteger(random(bytes + 8)) % (order - 1n)) + 1n, bytes);
}

/** The curve's numbers: the field's prime, the coefficients of y² = x³ + ax + b, and the order. */
export function curveNumbers(curve: CurveName): { readonly p: bigint; readonly a: bigint; readonly b: bigint; readonly n: bigint } {
  const { a, b, p, n } = POINTS[curve].CURVE();
  return { p, a, b, n };
}

/** The point with these coordinates; undefined when it is not on the curve. */
export function pointAt(curve: CurveName, x: bigint, y: bigint): EcPoint | undefined {
  const bytes = fieldBytes(curve);
  return decodePoint(curve, new Uint8Array([0x04, ...fromInteger(x, bytes), ...fromInteger(y, bytes)]));
}
