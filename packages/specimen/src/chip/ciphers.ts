import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { type Bytes, concatBytes } from '@visavis/kernel';

/** ISO/IEC 9797-1 padding method 2, to whole blocks. */
export function pad(message: Uint8Array, blockBytes: number): Bytes {
  const padded = new Uint8Array(message.length + blockBytes - (message.length % blockBytes));
  padded.set(message);
  padded[message.length] = 0x80;
  return padded;
}

/** Undoes {@link pad}; undefined when it was not padded so. */
export function unpad(padded: Uint8Array): Bytes | undefined {
  const end = padded.lastIndexOf(0x80);
  if (end < 0 || padded.subarray(end + 1).some((b) => b !== 0)) return undefined;
  return padded.slice(0, end);
}

export type CipherName = 'tripleDes' | 'aes128' | 'aes192' | 'aes256';

export const KEY_BYTES: Readonly<Record<CipherName, number>> = { tripleDes: 16, aes128: 16, aes192: 24, aes256: 32 };

/** KDF(K, c) of ICAO 9303-11 §9.7.1: SHA-1 for 128-bit keys, SHA-256 for longer ones, cut. Counter 1 encryption, 2 authentication, 3 from a password. */
export function deriveKey(secret: Uint8Array, counter: 1 | 2 | 3, cipher: CipherName = 'aes128'): Bytes {
  const hash = createHash(KEY_BYTES[cipher] === 16 ? 'sha1' : 'sha256').update(secret).update(Uint8Array.of(0, 0, 0, counter));
  return Uint8Array.from(hash.digest().subarray(0, KEY_BYTES[cipher]));
}

function run(algorithm: string, direction: 'encrypt' | 'decrypt', key: Uint8Array, iv: Uint8Array | null, message: Uint8Array): Bytes {
  const cipher = direction === 'encrypt' ? createCipheriv(algorithm, key, iv) : createDecipheriv(algorithm, key, iv);
  cipher.setAutoPadding(false);
  return concatBytes(cipher.update(message), cipher.final());
}

/** The two algorithms of secure messaging, alike in shape. */
export interface SessionCipher {
  readonly blockBytes: 8 | 16;
  /** Most plaintext a protected short response can carry with its data objects inside 256 bytes. */
  readonly maxShortResponseBytes: number;
  encrypt(key: Uint8Array, ssc: Uint8Array, padded: Uint8Array): Bytes;
  decrypt(key: Uint8Array, ssc: Uint8Array, cryptogram: Uint8Array): Bytes;
  /** Eight bytes over an already padded message. */
  mac(key: Uint8Array, padded: Uint8Array): Bytes;
}

/** Two-key triple DES in CBC with a zero IV, and ISO/IEC 9797-1 MAC algorithm 3 (the retail MAC). */
export const tripleDes: SessionCipher = {
  blockBytes: 8,
  maxShortResponseBytes: 231,
  encrypt: (key, _ssc, padded) => run('des-ede-cbc', 'encrypt', key, new Uint8Array(8), padded),
  decrypt: (key, _ssc, cryptogram) => run('des-ede-cbc', 'decrypt', key, new Uint8Array(8), cryptogram),
  mac(key, padded) {
    const left = key.subarray(0, 8);
    // Single DES is triple DES with three equal keys; the last block alone goes through both halves.
    const chained = padded.length > 8 ? run('des-ede3-cbc', 'encrypt', concatBytes(left, left, left), new Uint8Array(8), padded.subarray(0, -8)).slice(-8) : new Uint8Array(8);
    return run('des-ede-cbc', 'encrypt', key, chained, padded.subarray(-8));
  },
};

/** AES in CBC with the encrypted send sequence counter as IV, and CMAC cut to eight bytes; the key tells which AES. */
export const aes128: SessionCipher = {
  blockBytes: 16,
  maxShortResponseBytes: 223,
  encrypt: (key, ssc, padded) => aesCbc(key, 'encrypt', encryptBlock(key, ssc), padded),
  decrypt: (key, ssc, cryptogram) => aesCbc(key, 'decrypt', encryptBlock(key, ssc), cryptogram),
  mac: (key, padded) => cmac(key, padded).slice(0, 8),
};

export const sessionCipher = (name: CipherName): SessionCipher => (name === 'tripleDes' ? tripleDes : aes128);

const aesCbc = (key: Uint8Array, direction: 'encrypt' | 'decrypt', iv: Uint8Array, message: Uint8Array): Bytes => run(`aes-${8 * key.length}-cbc`, direction, key, iv, message);

/** Whole blocks in CBC under a zero IV: how PACE hides its nonce and stirs it. */
export const encryptBlocks = (name: CipherName, key: Uint8Array, blocks: Uint8Array): Bytes => (name === 'tripleDes' ? tripleDes.encrypt(key, new Uint8Array(8), blocks) : aesCbc(key, 'encrypt', new Uint8Array(16), blocks));

/** @param iv one block */
export const encryptWithIv = (key: Uint8Array, iv: Uint8Array, blocks: Uint8Array): Bytes => aesCbc(key, 'encrypt', iv, blocks);

/** One AES block. */
export const encryptBlock = (key: Uint8Array, block: Uint8Array): Bytes => run(`aes-${8 * key.length}-ecb`, 'encrypt', key, null, block);

function double(block: Uint8Array): Bytes {
  const out = new Uint8Array(16);
  for (let i = 0; i < 16; i++) out[i] = (block[i]! << 1) | ((block[i + 1] ?? 0) >> 7);
  if (block[0]! >= 0x80) out[15]! ^= 0x87;
  return out;
}

/** AES-CMAC (NIST SP 800-38B), all 16 bytes. */
export function cmac(key: Uint8Array, message: Uint8Array): Bytes {
  const k1 = double(encryptBlock(key, new Uint8Array(16)));
  const whole = message.length > 0 && message.length % 16 === 0;
  const blocks = whole ? Uint8Array.from(message) : pad(message, 16);
  const mask = whole ? k1 : double(k1);
  const last = blocks.length - 16;
  for (let i = 0; i < 16; i++) blocks[last + i]! ^= mask[i]!;
  return aesCbc(key, 'encrypt', new Uint8Array(16), blocks).slice(-16);
}
