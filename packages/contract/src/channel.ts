import { type Bytes, concatBytes, utf8 } from '@visavis/kernel';

/**
 * The sealed channel between a citizen's device and the chip cell.
 *
 * HPKE (RFC 9180) base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. The device is the sender. Each
 * direction is a strictly increasing sequence: a replayed, reordered, dropped or spliced message does not open.
 * - device → booth: `context.Seal(aad = sequence number, 8 bytes big-endian, plaintext)`;
 * - booth → device: AES-256-GCM under `context.Export(ANSWER_KEY)`, nonce = `context.Export(ANSWER_NONCE) XOR sequence`, same aad.
 * On the socket: first the `hello` as JSON text, then one binary WebSocket message per sealed message.
 */
export const ANSWER_KEY_LABEL = utf8('visavis booth answer key v1');
export const ANSWER_NONCE_LABEL = utf8('visavis booth answer nonce v1');
export const ANSWER_KEY_BYTES = 32;
export const ANSWER_NONCE_BYTES = 12;
/** AES-GCM tag: what sealing adds to a message. */
export const SEAL_OVERHEAD_BYTES = 16;

/** HPKE `info`: binds the channel to one enrolment and to the device's key. */
export function channelInfo(enrolmentId: string, clientKeyThumbprint: string): Bytes {
  return utf8(`visavis booth channel v1\n${enrolmentId}\n${clientKeyThumbprint}`);
}

/** What the device signs in `hello`, so that nobody else can open the channel in its name. */
export function helloSignatureInput(enrolmentId: string, channelKey: Uint8Array, enc: Uint8Array): Bytes {
  return concatBytes(utf8(`visavis hello v1\n${enrolmentId}\n`), channelKey, enc);
}

export function sequenceBytes(sequence: number): Bytes {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(sequence));
  return out;
}
