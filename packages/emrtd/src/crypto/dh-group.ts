import type { Bytes } from '@visavis/kernel';
import type { DhParameters } from './dh-groups.ts';
import { bitLength, byteLength, fromInteger, modPow, toInteger } from './integers.ts';
import type { KeyAgreementGroup } from './key-agreement-group.ts';

/** Private keys where the order of the subgroup is not known: twice the strength of the largest group spoken. */
const PRIVATE_KEY_BITS_WITHOUT_ORDER = 512;
/** One key in 256 is short; parameters under which all are come from no issuer. */
const MAX_SHORT_KEYS = 16;

/**
 * Integers modulo a prime as a key agreement group.
 * @param parameters of a standardized group, or of a key in the signed DG14
 */
export function dhGroup(parameters: DhParameters): KeyAgreementGroup {
  const { p, g, q } = parameters;
  const bytes = byteLength(p);
  const encode = (value: bigint): Bytes => fromInteger(value, bytes);
  const inSubgroup = (value: bigint): boolean => value > 1n && value < p - 1n && (q === undefined || modPow(value, q, p) === 1n);
  return {
    agreement: 'dh',
    bits: bitLength(p),
    strengthBits: dhStrengthBits(bitLength(p)),
    generator: encode(g),
    decode: (encoded) => {
      if (encoded.length === 0 || encoded.length > bytes) return undefined;
      const value = toInteger(encoded);
      return inSubgroup(value) ? encode(value) : undefined;
    },
    drawKeyPair: (generator, random) => {
      const order = q ?? 1n << BigInt(Math.min(PRIVATE_KEY_BITS_WITHOUT_ORDER, bitLength(p) - 1));
      const privateBytes = byteLength(order);
      const base = toInteger(generator);
      let privateKey = (toInteger(random(privateBytes + 8)) % (order - 1n)) + 1n;
      let publicKey = modPow(base, privateKey, p);
      // Leading zeros are to be left out (ICAO 9303-11 §9.4.3), and not every chip does: no key is sent on which they differ.
      for (let tries = 0; byteLength(publicKey) < bytes && tries < MAX_SHORT_KEYS; tries++) {
        privateKey = (privateKey % (order - 1n)) + 1n;
        publicKey = modPow(base, privateKey, p);
      }
      return { privateKey: fromInteger(privateKey, privateBytes), publicKey: encode(publicKey) };
    },
    sharedSecret: (privateKey, publicKey) => {
      const secret = modPow(toInteger(publicKey), toInteger(privateKey), p);
      return secret === 1n ? undefined : encode(secret);
    },
    mapGenerically: (nonce, privateKey, publicKey) => {
      const mapped = (modPow(g, toInteger(nonce), p) * modPow(toInteger(publicKey), toInteger(privateKey), p)) % p;
      return inSubgroup(mapped) ? encode(mapped) : undefined;
    },
    mapIntegrally: (fieldElement) => {
      const mapped = q === undefined ? 0n : modPow(toInteger(fieldElement) % p, (p - 1n) / q, p);
      return inSubgroup(mapped) ? encode(mapped) : undefined;
    },
  };
}

/** @source NIST SP 800-57 part 1, table 2 */
const dhStrengthBits = (bits: number): number => (bits >= 3072 ? 128 : bits >= 2048 ? 112 : 80);
