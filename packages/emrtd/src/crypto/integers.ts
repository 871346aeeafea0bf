import { type Bytes, toHex } from '@visavis/kernel';

/** Big-endian bytes as a number. */
export const toInteger = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`));

/** A number as exactly that many big-endian bytes: leading zeros stay, or keys drawn from it would differ. */
export function fromInteger(value: bigint, bytes: number): Bytes {
  const out = new Uint8Array(bytes);
  let rest = value;
  for (let i = bytes - 1; i >= 0; i--) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  if (rest !== 0n) throw new RangeError('the number is longer than that');
  return out;
}

export const byteLength = (value: bigint): number => Math.ceil(value.toString(16).length / 2);

export const bitLength = (value: bigint): number => value.toString(2).length;

/** base^exponent mod modulus, by windows of four bits. Not constant in time: only for keys that live one session. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const table = [1n % modulus];
  for (let i = 1; i < 16; i++) table.push((table[i - 1]! * base) % modulus);
  let result = 1n % modulus;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < 4; i++) result = (result * result) % modulus;
    result = (result * table[Number.parseInt(digit, 16)]!) % modulus;
  }
  return result;
}
