import { type CurveName, curveNumbers, type EcPoint, pointAt } from './ec-points.ts';
import { modPow } from './integers.ts';

/**
 * Maps an element of the field to a point, as PACE's integrated mapping does: y² = x³ + ax + b has a solution for one
 * of two candidates x, and for p ≡ 3 mod 4 one power tells for which. All curves here have cofactor 1.
 * @returns undefined on secp224r1 (p ≡ 1 mod 4: ICAO excludes it), and for the few elements without an image
 * @source ICAO 9303-11 appendix B.2
 */
export function encodeToCurve(curve: CurveName, element: bigint): EcPoint | undefined {
  const { p, a, b } = curveNumbers(curve);
  if (p % 4n !== 3n) return undefined;
  const mod = (value: bigint): bigint => ((value % p) + p) % p;
  const invert = (value: bigint): bigint => modPow(mod(value), p - 2n, p);
  const u = mod(element);
  const alpha = mod(-u * u);
  const denominator = mod(alpha + alpha * alpha);
  if (denominator === 0n) return undefined;
  const x2 = mod(-b * invert(a) * (1n + invert(denominator)));
  const x3 = mod(alpha * x2);
  const h2 = mod(x2 * x2 * x2 + a * x2 + b);
  const root = modPow(h2, p - 1n - (p + 1n) / 4n, p);
  if (mod(root * root * h2) === 1n) return pointAt(curve, x2, mod(root * h2));
  return pointAt(curve, x3, mod(root * u * u * u * h2));
}
