import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { type Bytes, concatBytes } from '@visavis/kernel';

const hpkeSuite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/**
 * Seals what only the holder of a key can open, by HPKE.
 * @param publicKey P-256, uncompressed
 * @returns the encapsulated key and the ciphertext after it
 * @throws when the key is no point of the curve
 * @source RFC 9180 §6.1
 */
export async function sealToKey(publicKey: Uint8Array, plain: Bytes, bound: { readonly info: Bytes; readonly aad?: Bytes }): Promise<Bytes> {
  const recipientPublicKey = await hpkeSuite.kem.deserializePublicKey(new Uint8Array(publicKey).buffer);
  const { enc, ct } = await hpkeSuite.seal({ recipientPublicKey, info: bound.info }, plain, bound.aad);
  return concatBytes(new Uint8Array(enc), new Uint8Array(ct));
}
