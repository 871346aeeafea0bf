import { constants, createPublicKey, type KeyObject, verify, type VerifyKeyObjectInput } from 'node:crypto';
import type { HashName, PublicKey } from '../crypto/index.ts';
import { DerFields, parseDer, TAG } from '../tlv/der.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import type { SignatureAlgorithm } from './signature-algorithm.ts';

/**
 * Verifies a signature by OpenSSL. Establishes that the holder of the private key signed `message`, nothing about whose key it is.
 * @param contextHash hash function when the algorithm identifier names none
 * @param message, signature untrusted
 */
export function verifySignature(o: { readonly algorithm: SignatureAlgorithm; readonly contextHash: HashName | undefined; readonly key: PublicKey; readonly message: Uint8Array; readonly signature: Uint8Array }): boolean {
  const { algorithm, key, message, signature } = o;
  const hashName = algorithm.hashName ?? o.contextHash;
  if (hashName === undefined || (key.kind === 'rsa') !== algorithm.scheme.startsWith('rsa')) return false;
  // A key that is for PSS only would be used for PSS, whatever the signature says it is.
  if (algorithm.scheme === 'rsaPkcs1' && key.key.asymmetricKeyType !== 'rsa') return false;
  try {
    return verify(hashName, message, verificationKey(key.key, algorithm), signature);
  } catch {
    return false; // OpenSSL throws where a signature cannot even be tried
  }
}

/** A key by itself means PKCS #1 padding or DER, and is taken faster. */
function verificationKey(key: KeyObject, algorithm: SignatureAlgorithm): KeyObject | VerifyKeyObjectInput {
  if (algorithm.scheme === 'rsaPkcs1' || algorithm.scheme === 'ecdsa') return key;
  if (algorithm.scheme === 'rsaPss') return { key: pssKey(key, algorithm), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltBytes };
  return { key, dsaEncoding: 'ieee-p1363' };
}

/** Node has no option for MGF1's hash: when it differs, the key is given the signature's own parameters. */
function pssKey(key: KeyObject, algorithm: Extract<SignatureAlgorithm, { scheme: 'rsaPss' }>): KeyObject {
  if (algorithm.mgfHashName === algorithm.hashName || key.asymmetricKeyType === 'rsa-pss') return key;
  const spki = new DerFields(parseDer(new Uint8Array(key.export({ format: 'der', type: 'spki' }))), TAG.sequence);
  spki.next(TAG.sequence);
  const wrapped = encodeTlv(TAG.sequence, algorithm.identifier, spki.next(TAG.bitString).raw);
  return createPublicKey({ key: Buffer.from(wrapped), format: 'der', type: 'spki' });
}
