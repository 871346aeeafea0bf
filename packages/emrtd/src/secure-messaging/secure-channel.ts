import type { Cipher } from '../crypto/index.ts';

/** Keys and counter of one protected connection. The counter is the channel's only state. */
export interface SecureChannel {
  readonly cipher: Cipher;
  readonly ksEnc: Uint8Array;
  readonly ksMac: Uint8Array;
  /** Send sequence counter before the next command. */
  ssc: bigint;
}

/** Most plaintext that a protected short answer can carry: whole cipher blocks, padding, and the data objects around them in 256 bytes. */
export const maxAnswerBytes = (channel: SecureChannel): number => (channel.cipher === 'des3' ? 231 : 223);

export const blockBytes = (cipher: Cipher): 8 | 16 => (cipher === 'des3' ? 8 : 16);

/** The counter as the block that the MAC begins with; it wraps at its width (ICAO 9303-11 §9.8.2). */
export function counterBlock(cipher: Cipher, ssc: bigint): Uint8Array {
  const out = new Uint8Array(blockBytes(cipher));
  let rest = ssc;
  for (let i = out.length - 1; i >= 0; i--) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}
