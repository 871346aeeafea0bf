import { concatBytes, fromHex } from '@visavis/kernel';
import type { Cipher } from '../crypto/index.ts';
import { openAnswer } from '../secure-messaging/open-answer.ts';
import { encrypt, mac } from '../secure-messaging/protection.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import type { FuzzSubject } from './fuzz-subject.ts';

const CIPHERS: Readonly<Record<Cipher, number>> = { des3: 16, aes128: 16, aes192: 24, aes256: 32 };
const SSC = 2n;
const OUTER = fromHex('9000');

/** Answers under every cipher: as an outsider can change them, and as a chip that holds the keys can, MAC made anew over what it says. */
export function secureMessagingSubjects(): readonly FuzzSubject[] {
  return (Object.keys(CIPHERS) as Cipher[]).flatMap((cipher) => {
    const key = (byte: number): Uint8Array => new Uint8Array(CIPHERS[cipher]).fill(byte);
    const channel: SecureChannel = { cipher, ksEnc: key(1), ksMac: key(2), ssc: SSC - 2n };
    const status = encodeTlv(0x99, OUTER);
    const bodies = [status, ...[1, 16, 200].map((n) => concatBytes(encodeTlv(0x87, Uint8Array.of(1), encrypt(channel, SSC, key(3).subarray(0, 1 + (n % 16)))), status)), concatBytes(encodeTlv(0x85, encrypt(channel, SSC, key(4))), status)];
    const sealed = (body: Uint8Array): Uint8Array => concatBytes(body, encodeTlv(0x8e, mac(channel, SSC, body)), OUTER);
    return [
      { name: `openAnswer: ${cipher}, by an outsider`, seeds: bodies.map(sealed), acceptsSeeds: true, weight: 60, parse: (input) => openAnswer(channel, SSC, input) },
      { name: `openAnswer: ${cipher}, by the chip`, seeds: bodies, acceptsSeeds: true, weight: 60, parse: (input) => openAnswer(channel, SSC, sealed(input)) },
    ];
  });
}
