import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type Bytes, concatBytes } from '@visavis/kernel';

/** AES-CBC without padding. @param key 16, 24 or 32 bytes @param iv 16 bytes @param data whole 16-byte blocks */
export function aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Bytes {
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
  return concatBytes(cipher.update(data), cipher.final());
}

/** Inverse of {@link aesCbcEncrypt}. */
export function aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Bytes {
  const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
  return concatBytes(decipher.update(data), decipher.final());
}

/** One AES block, as secure messaging makes its IV from the counter (ICAO 9303-11 §9.8.6.1). */
export function aesEncryptBlock(key: Uint8Array, block: Uint8Array): Bytes {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  return concatBytes(cipher.update(block), cipher.final());
}
