import { concatBytes, equalBytes, type RandomBytes, utf8 } from '@visavis/kernel';
import { deriveKey, des3CbcDecrypt, des3CbcEncrypt, hash, KEY_PURPOSE, retailMac } from '../crypto/index.ts';
import { mrzInformation } from '../mrz/mrz-information.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import type { AccessKey } from './access-key.ts';

const NONCE_BYTES = 8;
const KEY_BYTES = 16;
const CRYPTOGRAM_BYTES = 32;

export interface BacChallenge {
  /** Data of EXTERNAL AUTHENTICATE. */
  readonly data: Uint8Array;
  /** The chip's proof that it knows the key too, and the channel; undefined when the proof fails. */
  complete(answer: Uint8Array): SecureChannel | undefined;
}

/**
 * Basic Access Control, the terminal's side. Establishes that both sides know the MRZ key; a clone knows it too.
 * @param challenge RND.IC, 8 bytes, from the chip
 * @source ICAO 9303-11 §4.3
 */
export function answerBacChallenge(key: Extract<AccessKey, { kind: 'mrz' }>, challenge: Uint8Array, random: RandomBytes): BacChallenge | undefined {
  if (challenge.length !== NONCE_BYTES) return undefined;
  const seed = hash('sha1', utf8(mrzInformation(key))).subarray(0, KEY_BYTES);
  const kEnc = deriveKey(seed, KEY_PURPOSE.encryption, 'des3');
  const kMac = deriveKey(seed, KEY_PURPOSE.mac, 'des3');
  const rndIfd = random(NONCE_BYTES);
  const kIfd = random(KEY_BYTES);
  const cryptogram = des3CbcEncrypt(kEnc, concatBytes(rndIfd, challenge, kIfd));
  return {
    data: concatBytes(cryptogram, retailMac(kMac, cryptogram)),
    complete: (answer) => {
      if (answer.length !== CRYPTOGRAM_BYTES + NONCE_BYTES) return undefined;
      const sealed = answer.subarray(0, CRYPTOGRAM_BYTES);
      if (!equalBytes(retailMac(kMac, sealed), answer.subarray(CRYPTOGRAM_BYTES))) return undefined;
      const plain = des3CbcDecrypt(kEnc, sealed);
      if (!equalBytes(plain.subarray(0, NONCE_BYTES), challenge) || !equalBytes(plain.subarray(NONCE_BYTES, 2 * NONCE_BYTES), rndIfd)) return undefined;
      const secret = plain.subarray(2 * NONCE_BYTES).map((byte, i) => byte ^ kIfd[i]!);
      const counter = concatBytes(challenge.subarray(4), rndIfd.subarray(4)).reduce((n, byte) => (n << 8n) | BigInt(byte), 0n);
      return { cipher: 'des3', ksEnc: deriveKey(secret, KEY_PURPOSE.encryption, 'des3'), ksMac: deriveKey(secret, KEY_PURPOSE.mac, 'des3'), ssc: counter };
    },
  };
}
