import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type Bytes, concatBytes } from '@visavis/kernel';
import { padIso7816 } from './padding.ts';

const BLOCK_BYTES = 8;

/** OpenSSL 3 has no single DES; 3DES with one key thrice is the same function. */
const singleDes = (key: Uint8Array): Bytes => concatBytes(key, key, key);

/**
 * ISO/IEC 9797-1 MAC algorithm 3 with DES and padding method 2, 8 bytes (ICAO 9303-11 §9.8.6.3).
 * @param key 16 bytes @param message unpadded: padding is added here, always
 */
export function retailMac(key: Uint8Array, message: Uint8Array): Bytes {
  if (key.length !== 2 * BLOCK_BYTES) throw new RangeError('a retail MAC key has 16 bytes');
  const left = singleDes(key.subarray(0, BLOCK_BYTES));
  const right = singleDes(key.subarray(BLOCK_BYTES));
  const chain = createCipheriv('des-ede3-cbc', left, new Uint8Array(BLOCK_BYTES)).setAutoPadding(false);
  const last = chain.update(padIso7816(message, BLOCK_BYTES)).subarray(-BLOCK_BYTES);
  const middle = createDecipheriv('des-ede3', right, null).setAutoPadding(false).update(last);
  return new Uint8Array(createCipheriv('des-ede3', left, null).setAutoPadding(false).update(middle));
}
