import { type Bytes, concatBytes, fromHex } from '@visavis/kernel';
import { type CipherName, encryptBlocks, KEY_BYTES } from './ciphers.ts';

const CONSTANTS = {
  short: [fromHex('a668892a7c41e3ca739f40b057d85904'), fromHex('a4e136ac725f738b01c1f60217c188ad')],
  long: [fromHex('d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676'), fromHex('54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517')],
} as const;

/** Bytes of the chip's nonce: a whole number of blocks, no shorter than a key (ICAO 9303-11 §4.4.3.3.2). */
export const nonceBytes = (cipher: CipherName): 16 | 32 => (KEY_BYTES[cipher] > 16 ? 32 : 16);

/** R(s, t) before its reduction: k₀ = E(t, s), kᵢ₊₁ = E(kᵢ, c₀), xᵢ₊₁ = E(kᵢ, c₁), until there are 64 bits more than the field has (§4.4.3.3.2). */
export function stirNonces(cipher: CipherName, chipNonce: Uint8Array, terminalNonce: Uint8Array, fieldBits: number): Bytes {
  const [c0, c1] = nonceBytes(cipher) === 16 ? CONSTANTS.short : CONSTANTS.long;
  const asKey = (blocks: Bytes): Bytes => blocks.slice(0, KEY_BYTES[cipher]);
  const count = Math.ceil((fieldBits + 64) / (8 * c1.length));
  let key = asKey(encryptBlocks(cipher, terminalNonce, chipNonce));
  const parts: Bytes[] = [];
  while (parts.length < count) {
    parts.push(encryptBlocks(cipher, key, c1));
    key = asKey(encryptBlocks(cipher, key, c0));
  }
  return concatBytes(...parts);
}
