import { createPublicKey, type KeyObject } from 'node:crypto';
import { MalformedBytes } from '@visavis/kernel';
import { DerFields, type DerNode, parseDer, TAG } from '../tlv/der.ts';

/**
 * Curves a key may be on. A key with explicit parameters is taken only when they spell one of these: parameters of
 * one's own choice (a generator that is the public key itself, CVE-2020-0601) make signatures anybody can forge.
 */
const CURVES: ReadonlySet<string> = new Set([
  'prime256v1', 'secp224r1', 'secp384r1', 'secp521r1', 'brainpoolP224r1', 'brainpoolP256r1', 'brainpoolP320r1', 'brainpoolP384r1', 'brainpoolP512r1',
]);

/** What Node calls explicit parameters that are no curve it knows. */
const UNNAMED_CURVE = 'UNDEF';

export interface PublicKey {
  readonly kind: 'rsa' | 'ec';
  readonly key: KeyObject;
  /** Modulus or curve size. */
  readonly bits: number;
  readonly curve: string | undefined;
}

const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256 };
const curveBits = (curve: string): number => CURVE_BITS[curve] ?? Number(/\d{3}/.exec(curve)![0]);

/** Exponents of real issuers go up to 107 903. */
const MAX_RSA_EXPONENT = 2n ** 32n;
const MAX_RSA_BITS = 8192;

/**
 * Reads a SubjectPublicKeyInfo.
 * @param spki DER, from a certificate or a chip: untrusted
 * @param minRsaBits smallest accepted modulus
 * @returns undefined for other key types, unnamed curves, and weak RSA parameters
 */
export function importPublicKey(spki: Uint8Array, minRsaBits: number): PublicKey | undefined {
  const key = importSpki(spki);
  if (key === undefined) return undefined;
  if (key.asymmetricKeyType === 'ec') {
    const curve = curveOf(spki, key);
    return curve !== undefined && CURVES.has(curve) ? { kind: 'ec', key, bits: curveBits(curve), curve } : undefined;
  }
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'rsa-pss') return undefined;
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < minRsaBits || modulusLength > MAX_RSA_BITS || publicExponent < 3n || publicExponent > MAX_RSA_EXPONENT || publicExponent % 2n === 0n || !hasOddModulus(spki)) return undefined;
  return { kind: 'rsa', key, bits: modulusLength, curve: undefined };
}

/** Ways to write the known curves that were seen: nine curves, named or spelt out, with and without seed, cofactor, compressed generator. */
const knownParameters = new Map<string, string>();
const MAX_KNOWN_PARAMETERS = 64;

/**
 * The curve's name; OpenSSL finds it also for parameters that are spelt out, by comparing all of them. Asking OpenSSL
 * takes as long as an import, so that its answer is remembered for the very bytes of the parameters; only for curves
 * that are accepted, so that nobody fills this memory.
 */
function curveOf(spki: Uint8Array, key: KeyObject): string | undefined {
  const algorithm = partsOf(spki)?.[0];
  if (algorithm === undefined) return undefined;
  const { raw, children } = algorithm;
  const parameters = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  const known = knownParameters.get(parameters);
  if (known !== undefined) return known;
  // The one parameter that OpenSSL does not compare; it is 1 on every curve here.
  const cofactor = children[1]?.children[COFACTOR_AT];
  if (cofactor !== undefined && (cofactor.contents.length !== 1 || cofactor.contents[0] !== 1)) return undefined;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve !== undefined && CURVES.has(curve) && knownParameters.size < MAX_KNOWN_PARAMETERS) knownParameters.set(parameters, curve);
  return curve;
}

/** In ECParameters: after version, field, curve, base point and order. */
const COFACTOR_AT = 5;

/** A product of two large primes is odd; OpenSSL does not look. */
function hasOddModulus(spki: Uint8Array): boolean {
  const bits = partsOf(spki)?.[1];
  const modulus = bits && attempt(() => new DerFields(parseDer(bits.contents.subarray(1)), TAG.sequence).next(TAG.integer).contents);
  return modulus !== undefined && (modulus.at(-1)! & 1) === 1;
}

/** AlgorithmIdentifier and key of a SubjectPublicKeyInfo. @returns undefined when it is no strict DER: two ways to write one thing are one too many */
const partsOf = (spki: Uint8Array): readonly [DerNode, DerNode] | undefined =>
  attempt(() => {
    const fields = new DerFields(parseDer(spki), TAG.sequence);
    return [fields.next(TAG.sequence), fields.next(TAG.bitString)];
  });

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

/** Whether a key is on a curve of its maker's own choice: such a key proves nothing, whoever signed it. */
export function isOnCurveOfItsOwn(spki: Uint8Array): boolean {
  const key = importSpki(spki);
  const curve = key?.asymmetricKeyDetails?.namedCurve;
  return key?.asymmetricKeyType === 'ec' && (curve === undefined || curve === UNNAMED_CURVE);
}

/**
 * As PEM, which Node takes in half the time that it needs for an object with DER (it asks of each object, by exceptions, whether it is a key already).
 * @returns undefined for what OpenSSL does not take, points off their curve among it
 */
export function importSpki(spki: Uint8Array): KeyObject | undefined {
  const base64 = Buffer.from(spki.buffer, spki.byteOffset, spki.byteLength).toString('base64');
  try {
    return createPublicKey(`-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`);
  } catch {
    return undefined; // OpenSSL's reasons are many and none of them changes what to do
  }
}
