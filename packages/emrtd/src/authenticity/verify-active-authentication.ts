import { type CheckOutcome, failed, notRun, passed } from '@visavis/kernel';
import { type HashName, importPublicKey, isOnCurveOfItsOwn, type PublicKey } from '../crypto/index.ts';
import type { EmrtdFaultCode } from '../faults.ts';
import { parseDg15 } from '../lds/parse-dg15.ts';
import { type SignatureAlgorithm, signatureAlgorithmByOid } from '../pki/signature-algorithm.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import type { ActiveAuthenticationEvidence } from '../terminal/document-reading.ts';
import { verifyIso9796Scheme1 } from './verify-iso9796-scheme1.ts';

const CHECK = 'activeAuthentication';
const fail = (code: EmrtdFaultCode): CheckOutcome => failed(CHECK, code);
/** Chips of the first years have keys of 1024 bits; theirs has to be broken only to copy that one chip. */
const MIN_CHIP_RSA_BITS = 1024;

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
  if (key === undefined && isOnCurveOfItsOwn(spki)) return fail('AA_KEY_MALFORMED');
  if (key === undefined) return notRun(CHECK, 'unsupportedAlgorithm');
  if (evidence.status !== 'answered') return fail('AA_FAILED');
  const { nonce, signature } = evidence;
  const holds = key.kind === 'rsa' ? verifyIso9796Scheme1(key.key, nonce, signature) : verifyEcdsa(key, nonce, signature, algorithmOid);
  return holds ? passed(CHECK) : fail('AA_FAILED');
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
