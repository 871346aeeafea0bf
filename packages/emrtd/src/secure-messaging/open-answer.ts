import { equalBytes, MalformedBytes } from '@visavis/kernel';
import { parseResponse, type ResponseApdu } from '../apdu/response-apdu.ts';
import { unpadIso7816 } from '../crypto/index.ts';
import { readTlvs } from '../tlv/tlv.ts';
import { decrypt, mac } from './protection.ts';
import { blockBytes, type SecureChannel } from './secure-channel.ts';

/**
 * Verifies and decrypts one protected answer. Nothing of an answer is used before its MAC holds; an unprotected status,
 * a missing or doubled object, a status outside that differs from the one inside, or wrong padding all refuse it.
 * @param ssc the counter of this very answer
 * @param answer from the relay: untrusted
 * @returns undefined when refused
 * @source ICAO 9303-11 §9.8.4
 */
export function openAnswer(channel: SecureChannel, ssc: bigint, answer: Uint8Array): ResponseApdu | undefined {
  const outer = parseResponse(answer);
  if (outer === undefined) return undefined;
  try {
    const objects = readTlvs(outer.data, 3);
    const code = objects.at(-1);
    const status = objects.at(-2);
    const data = objects.length === 3 ? objects[0] : undefined;
    if (code?.tag !== 0x8e || status?.tag !== 0x99 || status.value.length !== 2) return undefined;
    if (data !== undefined && data.tag !== 0x87 && data.tag !== 0x85) return undefined;
    const expected = mac(channel, ssc, ...(data === undefined ? [] : [data.raw]), status.raw);
    if (!equalBytes(expected, code.value)) return undefined;
    if (((status.value[0]! << 8) | status.value[1]!) !== outer.status) return undefined;
    if (data === undefined) return { data: new Uint8Array(), status: outer.status };
    if (data.tag === 0x87 && data.value[0] !== 0x01) return undefined;
    const cryptogram = data.tag === 0x87 ? data.value.subarray(1) : data.value;
    if (cryptogram.length === 0 || cryptogram.length % blockBytes(channel.cipher) !== 0) return undefined;
    const plain = unpadIso7816(decrypt(channel, ssc, cryptogram));
    return plain && { data: plain, status: outer.status };
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}
