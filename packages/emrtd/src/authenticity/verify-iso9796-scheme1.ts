import { constants, type KeyObject, publicDecrypt } from 'node:crypto';
import { equalBytes } from '@visavis/kernel';
import { hash, type HashName } from '../crypto/index.ts';
import { fromInteger, toInteger } from '../crypto/integers.ts';

/** ISO/IEC 9796-2 §8.1.2: begins a message of which a part is recovered from the signature, with no padding before that part. */
const PARTIAL_RECOVERY = 0x6a;
const TRAILER_SHA1 = 0xbc;
/** With CC as the last byte, the one before names the hash (ISO/IEC 10118-3). */
const TRAILER_EXPLICIT = 0xcc;
const TRAILER_HASHES: Readonly<Record<number, HashName>> = { 0x33: 'sha1', 0x34: 'sha256', 0x35: 'sha512', 0x36: 'sha384', 0x38: 'sha224' };
/** Every trailer ends with this half byte: it tells a representative from its opposite. */
const TRAILER_NIBBLE = 0x0c;

/**
 * Verifies ISO/IEC 9796-2 digital signature scheme 1 with partial recovery: F = 6A ‖ M1 ‖ H(M1 ‖ M2) ‖ trailer, where
 * the digest reaches to the trailer and M1 fills the rest. The signature may be of F or of its opposite (B.4).
 * A modulus that is no whole number of bytes leaves a zero byte before F, and some chips leave one in any case; M1 is
 * taken to be whole bytes always.
 * @param m2 the terminal's nonce
 * @param signature from the chip: untrusted
 * @source ICAO 9303-11 §6.1.2.2
 */
export function verifyIso9796Scheme1(key: KeyObject, m2: Uint8Array, signature: Uint8Array): boolean {
  const f = openSignature(key, signature);
  if (f === undefined || f[0] !== PARTIAL_RECOVERY) return false;
  const last = f.at(-1);
  const trailerBytes = last === TRAILER_SHA1 ? 1 : 2;
  const hashName = last === TRAILER_SHA1 ? 'sha1' : last === TRAILER_EXPLICIT ? TRAILER_HASHES[f.at(-2)!] : undefined;
  if (hashName === undefined) return false;
  const digestBytes = hash(hashName).length;
  const digestAt = f.length - trailerBytes - digestBytes;
  return digestAt > 1 && equalBytes(hash(hashName, f.subarray(1, digestAt), m2), f.subarray(digestAt, digestAt + digestBytes));
}

/** The representative F, without the zero byte before it; undefined when the signature is not of the modulus’ size or not below it, or the key is for PSS only. */
function openSignature(key: KeyObject, signature: Uint8Array): Uint8Array | undefined {
  if (key.asymmetricKeyType !== 'rsa') return undefined;
  const modulus = new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url'));
  if (signature.length !== modulus.length) return undefined;
  const opened = rawRsa(key, signature);
  if (opened === undefined) return undefined;
  const endsRight = (value: Uint8Array): boolean => (value.at(-1)! & 0x0f) === TRAILER_NIBBLE;
  const f = endsRight(opened) ? opened : fromInteger(toInteger(modulus) - toInteger(opened), modulus.length);
  return f[0] === 0 ? f.subarray(1) : f;
}

function rawRsa(key: KeyObject, signature: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.from(signature)));
  } catch {
    return undefined; // a number not below the modulus
  }
}
