import { constants, publicDecrypt } from 'node:crypto';
import { type CheckOutcome, concatBytes, equalBytes, failed, notRun, passed } from '@visavis/kernel';
import { hash, type HashName, importPublicKey, type PublicKey } from '../crypto/index.ts';
import type { EmrtdFaultCode } from '../faults.ts';
import { parseDg15 } from '../lds/parse-dg15.ts';
import { type SignatureAlgorithm, signatureAlgorithmByOid } from '../pki/signature-algorithm.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import type { ActiveAuthenticationEvidence } from '../terminal/document-reading.ts';

const CHECK = 'activeAuthentication';
const fail = (code: EmrtdFaultCode): CheckOutcome => failed(CHECK, code);
/** Chips of the first years have keys of 1024 bits; theirs has to be broken only to copy that one chip. */
const MIN_CHIP_RSA_BITS = 1024;
/** ISO/IEC 9796-2 §8.1.2: begins a message of which a part is recovered from the signature. */
const PARTIAL_RECOVERY = 0x6a;
const TRAILER_SHA1 = 0xbc;
/** With CC as the last byte, the one before names the hash (ISO/IEC 10118-3). */
const TRAILER_EXPLICIT = 0xcc;
const TRAILER_HASHES: Readonly<Record<number, HashName>> = { 0x33: 'sha1', 0x34: 'sha256', 0x35: 'sha512', 0x36: 'sha384', 0x38: 'sha224' };

/**
 * Establishes that the chip signed this terminal's nonce with the key in the signed DG15. A chip that has such a key
 * and did not prove it fails.
 * @param dg15 undefined: the signature file lists none
 * @param algorithmOid ActiveAuthenticationInfo of the signed DG14; ECDSA needs it, else the curve's size chooses the hash
 * @source ICAO 9303-11 §6.1
 */
export function verifyActiveAuthentication(evidence: ActiveAuthenticationEvidence, dg15: Uint8Array | undefined, algorithmOid: string | undefined): CheckOutcome {
  if (dg15 === undefined) return notRun(CHECK, 'notOffered');
  const spki = parseDg15(dg15);
  if (spki === undefined) return fail('AA_KEY_MALFORMED');
  const key = importPublicKey(spki, MIN_CHIP_RSA_BITS);
  if (key === undefined) return notRun(CHECK, 'unsupportedAlgorithm');
  if (evidence.status !== 'answered') return fail('AA_FAILED');
  const { nonce, signature } = evidence;
  const holds = key.kind === 'rsa' ? verifyIso9796Scheme1(key, nonce, signature) : verifyEcdsa(key, nonce, signature, algorithmOid);
  return holds ? passed(CHECK) : fail('AA_FAILED');
}

/** ISO/IEC 9796-2 digital signature scheme 1: F = 6A ‖ M1 ‖ H(M1 ‖ nonce) ‖ trailer. */
function verifyIso9796Scheme1(key: PublicKey, nonce: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== Math.ceil(key.bits / 8)) return false;
  const f = openRsa(key, signature);
  if (f === undefined || f[0] !== PARTIAL_RECOVERY) return false;
  const last = f.at(-1);
  const hashName = last === TRAILER_SHA1 ? 'sha1' : last === TRAILER_EXPLICIT ? TRAILER_HASHES[f.at(-2)!] : undefined;
  if (hashName === undefined) return false;
  const end = f.length - (last === TRAILER_SHA1 ? 1 : 2);
  const digestBytes = hash(hashName).length;
  const m1 = f.subarray(1, end - digestBytes);
  return end - digestBytes > 1 && equalBytes(hash(hashName, concatBytes(m1, nonce)), f.subarray(end - digestBytes, end));
}

function openRsa(key: PublicKey, signature: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(publicDecrypt({ key: key.key, padding: constants.RSA_NO_PADDING }, Buffer.from(signature)));
  } catch {
    return undefined; // a number not below the modulus
  }
}

/** r ‖ s as ICAO wants it; some chips (Portugal) give DER. */
function verifyEcdsa(key: PublicKey, nonce: Uint8Array, signature: Uint8Array, algorithmOid: string | undefined): boolean {
  const named = algorithmOid === undefined ? undefined : signatureAlgorithmByOid(algorithmOid);
  if (named !== undefined && named.scheme !== 'ecdsaPlain' && named.scheme !== 'ecdsa') return false;
  const hashName = named?.hashName ?? hashBySize(key.bits);
  const scheme: SignatureAlgorithm['scheme'] = signature.length === 2 * Math.ceil(key.bits / 8) ? 'ecdsaPlain' : 'ecdsa';
  return verifySignature({ algorithm: { scheme, hashName }, contextHash: undefined, key, message: nonce, signature });
}

const hashBySize = (bits: number): HashName => (bits >= 512 ? 'sha512' : bits >= 384 ? 'sha384' : bits >= 256 ? 'sha256' : 'sha224');
