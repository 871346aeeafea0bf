import { aesCbcDecrypt, aesCbcEncrypt, aesEncryptBlock, cmac, des3CbcDecrypt, des3CbcEncrypt, padIso7816, retailMac } from '../crypto/index.ts';
import { type Bytes, concatBytes } from '@visavis/kernel';
import { blockBytes, counterBlock, type SecureChannel } from './secure-channel.ts';

const MAC_BYTES = 8;

/** @param ssc the counter of this very command or answer */
export function encrypt(channel: SecureChannel, ssc: bigint, data: Uint8Array): Bytes {
  const padded = padIso7816(data, blockBytes(channel.cipher));
  return channel.cipher === 'des3' ? des3CbcEncrypt(channel.ksEnc, padded) : aesCbcEncrypt(channel.ksEnc, iv(channel, ssc), padded);
}

/** Padding is still on. @param data whole blocks */
export const decrypt = (channel: SecureChannel, ssc: bigint, data: Uint8Array): Bytes =>
  channel.cipher === 'des3' ? des3CbcDecrypt(channel.ksEnc, data) : aesCbcDecrypt(channel.ksEnc, iv(channel, ssc), data);

/** The 8-byte MAC over counter and protected parts (ICAO 9303-11 §9.8.6). */
export function mac(channel: SecureChannel, ssc: bigint, ...parts: readonly Uint8Array[]): Bytes {
  const message = concatBytes(counterBlock(channel.cipher, ssc), ...parts);
  return channel.cipher === 'des3' ? retailMac(channel.ksMac, message) : cmac(channel.ksMac, padIso7816(message, blockBytes(channel.cipher))).slice(0, MAC_BYTES);
}

const iv = (channel: SecureChannel, ssc: bigint): Bytes => aesEncryptBlock(channel.ksEnc, counterBlock(channel.cipher, ssc));
