import type { Bytes } from '@visavis/kernel';
import { aesCbcEncrypt, aesEncryptBlock } from './aes.ts';

const BLOCK_BYTES = 16;
/** The polynomial of GF(2^128) (NIST SP 800-38B §5.3). */
const R128 = 0x87;

function double(block: Uint8Array): Bytes {
  const out = new Uint8Array(BLOCK_BYTES);
  let carry = 0;
  for (let i = BLOCK_BYTES - 1; i >= 0; i--) {
    out[i] = (block[i]! << 1) | carry;
    carry = block[i]! >> 7;
  }
  if (carry === 1) out[BLOCK_BYTES - 1]! ^= R128;
  return out;
}

/** AES-CMAC, 16 bytes (NIST SP 800-38B). ICAO 9303-11 §9.8.6.3 uses the first 8. @param key 16, 24 or 32 bytes */
export function cmac(key: Uint8Array, message: Uint8Array): Bytes {
  const k1 = double(aesEncryptBlock(key, new Uint8Array(BLOCK_BYTES)));
  const blocks = Math.max(1, Math.ceil(message.length / BLOCK_BYTES));
  const whole = message.length === blocks * BLOCK_BYTES;
  const input = new Uint8Array(blocks * BLOCK_BYTES);
  input.set(message);
  if (!whole) input[message.length] = 0x80;
  const mask = whole ? k1 : double(k1);
  const last = input.subarray(-BLOCK_BYTES);
  for (let i = 0; i < BLOCK_BYTES; i++) last[i]! ^= mask[i]!;
  return aesCbcEncrypt(key, new Uint8Array(BLOCK_BYTES), input).slice(-BLOCK_BYTES);
}
