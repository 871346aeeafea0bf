import { concatBytes, fromHex } from '@visavis/kernel';
import { aesCbcEncrypt, type Cipher, des3CbcEncrypt } from '../crypto/index.ts';

/** Constants of the pseudo-random function, by the length of the nonce in bytes. */
const CONSTANTS: Readonly<Record<16 | 32, readonly [Uint8Array, Uint8Array]>> = {
  16: [fromHex('a668892a7c41e3ca739f40b057d85904'), fromHex('a4e136ac725f738b01c1f60217c188ad')],
  32: [
    fromHex('d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676'),
    fromHex('54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517'),
  ],
};
/** Bits beyond the field's, so that the remainder modulo its prime is as good as uniform. */
const SURPLUS_BITS = 64;

/** Bytes of the terminal's nonce t: a key of the cipher. */
export const INTEGRATED_TERMINAL_NONCE_BYTES: Readonly<Record<Cipher, number>> = { des3: 16, aes128: 16, aes192: 24, aes256: 32 };
/** Bytes of the chip's nonce s: whole blocks, as long as a key at least. */
export const INTEGRATED_CHIP_NONCE_BYTES: Readonly<Record<Cipher, 16 | 32>> = { des3: 16, aes128: 16, aes192: 32, aes256: 32 };

/**
 * R(s, t), the pseudo-random function of the integrated mapping, before it is reduced modulo p.
 * @param fieldBits size of p
 * @source ICAO 9303-11 §4.4.3.3.2
 */
export function pacePseudoRandom(cipher: Cipher, s: Uint8Array, t: Uint8Array, fieldBits: number): Uint8Array {
  const keyBytes = INTEGRATED_TERMINAL_NONCE_BYTES[cipher];
  const encrypt = (key: Uint8Array, data: Uint8Array): Uint8Array => (cipher === 'des3' ? des3CbcEncrypt(key, data) : aesCbcEncrypt(key, new Uint8Array(16), data));
  const [c0, c1] = CONSTANTS[INTEGRATED_CHIP_NONCE_BYTES[cipher]];
  const parts: Uint8Array[] = [];
  let key = encrypt(t, s).subarray(0, keyBytes);
  for (let bits = 0; bits < fieldBits + SURPLUS_BITS; bits += 8 * c1.length) {
    parts.push(encrypt(key, c1));
    key = encrypt(key, c0).subarray(0, keyBytes);
  }
  return concatBytes(...parts);
}
