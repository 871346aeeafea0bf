import { type Bytes, concatBytes } from '@visavis/kernel';
import { hash } from './hash.ts';

/** A secure messaging cipher with its MAC: 3DES-CBC + retail MAC, or AES-CBC + CMAC. */
export type Cipher = 'des3' | 'aes128' | 'aes192' | 'aes256';

/** The counter that separates the keys drawn from one secret (ICAO 9303-11 §9.7.1). */
export const KEY_PURPOSE = { encryption: 1, mac: 2, password: 3 } as const;

const KEY_BYTES = { des3: 16, aes128: 16, aes192: 24, aes256: 32 } as const;

/**
 * KDF(K, c) = H(K ‖ c) cut to the key length: SHA-1 up to 128 bits, SHA-256 above. DES parity bits are left as they
 * fall: DES ignores them.
 * @param secret for an elliptic curve: the x-coordinate, padded to the size of the field
 * @source ICAO 9303-11 §9.7.1
 */
export function deriveKey(secret: Uint8Array, purpose: number, cipher: Cipher): Bytes {
  const hashName = cipher === 'des3' || cipher === 'aes128' ? 'sha1' : 'sha256';
  return hash(hashName, concatBytes(secret, Uint8Array.of(0, 0, 0, purpose))).slice(0, KEY_BYTES[cipher]);
}
