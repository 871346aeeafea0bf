import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type Bytes, concatBytes } from '@visavis/kernel';

const BLOCK_BYTES = 8;
const KEY_BYTES = 16;

/** OpenSSL wants three keys: K1‖K2‖K1 of a two-key triple DES key. Parity bits are ignored, as DES does. */
function threeKeys(key: Uint8Array): Bytes {
  if (key.length !== KEY_BYTES) throw new RangeError('a two-key 3DES key has 16 bytes');
  return concatBytes(key, key.subarray(0, BLOCK_BYTES));
}

/** Two-key triple DES in CBC mode with a zero IV and no padding (ICAO 9303-11 §9.8.6.1). @param data whole 8-byte blocks */
export function des3CbcEncrypt(key: Uint8Array, data: Uint8Array): Bytes {
  const cipher = createCipheriv('des-ede3-cbc', threeKeys(key), new Uint8Array(BLOCK_BYTES)).setAutoPadding(false);
  return concatBytes(cipher.update(data), cipher.final());
}

/** Inverse of {@link des3CbcEncrypt}. */
export function des3CbcDecrypt(key: Uint8Array, data: Uint8Array): Bytes {
  const decipher = createDecipheriv('des-ede3-cbc', threeKeys(key), new Uint8Array(BLOCK_BYTES)).setAutoPadding(false);
  return concatBytes(decipher.update(data), decipher.final());
}
