import {
  ANSWER_KEY_BYTES,
  ANSWER_KEY_LABEL,
  ANSWER_NONCE_BYTES,
  ANSWER_NONCE_LABEL,
  type BoothMessage,
  boothMessage,
  channelInfo,
  type ClientMessage,
  clientMessage,
  decodeMessage,
  encodeMessage,
  hello,
  helloSignatureInput,
  MAX_FRAME_BYTES,
  MAX_MESSAGE_BYTES,
  SEAL_OVERHEAD_BYTES,
  sequenceBytes,
} from '@visavis/contract';
import { type Bytes, err, type Fault, fromBase64Url, ok, type Result } from '@visavis/kernel';
import { calculateJwkThumbprint } from 'jose';
import { boothFaults } from '../faults.ts';
import { hpkeSuite } from './suite.ts';

const webCrypto = globalThis.crypto.subtle;

/** Longest hello: two P-256 points, a signature and their names, in JSON. */
const MAX_HELLO_CHARACTERS = 2048;

export interface BoothChannel {
  /**
   * Opens the next message of the device. Establishes that it is exactly the next one the device sealed, unchanged.
   * The tail of a `frame` is the opened plaintext itself, so wiping it wipes what was opened.
   * @faults BOOTH_CHANNEL_SEQUENCE, BOOTH_CHANNEL_MALFORMED
   */
  open(sealed: Uint8Array): Promise<Result<{ readonly message: ClientMessage; readonly tail: Uint8Array }>>;
  /** Seals the booth's next message. Calls may overlap: each takes its sequence number when called. */
  seal(message: BoothMessage): Promise<Bytes>;
  /** Overwrites what it holds in bytes and opens nothing more; the keys themselves are the engine's and end with the process. */
  forget(): void;
}

/**
 * Opens the booth's end of the channel from the device's `hello`. Establishes that the holder of the key whose
 * thumbprint the booth was started for made this hello, for this booth and this enrolment.
 * @param helloText controlled by whoever opened the socket
 * @param booth the channel key pair born in this cell, and what its start message named
 * @faults BOOTH_HELLO_INVALID
 */
export async function openChannel(
  helloText: string,
  booth: { readonly enrolmentId: string; readonly clientKeyThumbprint: string; readonly channelKeys: CryptoKeyPair; readonly channelKey: Uint8Array },
): Promise<Result<BoothChannel>> {
  const invalid = (reason: string): Result<never, Fault> => err(boothFaults.fault('BOOTH_HELLO_INVALID', { reason }));
  if (helloText.length > MAX_HELLO_CHARACTERS) return invalid('size');
  let json: unknown;
  try {
    json = JSON.parse(helloText);
  } catch {
    return invalid('json');
  }
  const parsed = hello.safeParse(json);
  if (!parsed.success) return invalid('schema');
  if ((await calculateJwkThumbprint(parsed.data.clientKey, 'sha256')) !== booth.clientKeyThumbprint) return invalid('another key');
  try {
    const enc = fromBase64Url(parsed.data.enc);
    const key = await webCrypto.importKey('jwk', parsed.data.clientKey, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    const signed = await webCrypto.verify(
      { name: 'ECDSA', hash: 'SHA-256' },
      key,
      fromBase64Url(parsed.data.signature),
      helloSignatureInput(booth.enrolmentId, booth.channelKey, enc),
    );
    if (!signed) return invalid('signature');
    const context = await hpkeSuite.createRecipientContext({ recipientKey: booth.channelKeys, enc, info: channelInfo(booth.enrolmentId, booth.clientKeyThumbprint) });
    const answerKeyBytes = new Uint8Array(await context.export(ANSWER_KEY_LABEL, ANSWER_KEY_BYTES));
    const answerNonce = new Uint8Array(await context.export(ANSWER_NONCE_LABEL, ANSWER_NONCE_BYTES));
    const answerKey = await webCrypto.importKey('raw', answerKeyBytes, 'AES-GCM', false, ['encrypt']);
    answerKeyBytes.fill(0);
    return ok(channelOver((sealed, aad) => context.open(sealed, aad), answerKey, answerNonce));
  } catch {
    // A point off the curve, or not a point at all.
    return invalid('key or point');
  }
}

function channelOver(openNext: (sealed: Uint8Array, aad: Uint8Array) => Promise<ArrayBuffer>, answerKey: CryptoKey, answerNonce: Uint8Array): BoothChannel {
  let received = 0;
  let sent = 0;
  let broken = false;
  let forgotten = false;
  return {
    async open(sealed) {
      const refuse = (code: 'BOOTH_CHANNEL_SEQUENCE' | 'BOOTH_CHANNEL_MALFORMED', reason: string): Result<never, Fault> => {
        broken = true;
        return err(boothFaults.fault(code, { reason, sequence: received }));
      };
      // One refused message ends the channel: there is no second guess at a sequence number.
      if (broken) return refuse('BOOTH_CHANNEL_SEQUENCE', 'broken before');
      if (sealed.length > MAX_MESSAGE_BYTES + SEAL_OVERHEAD_BYTES) return refuse('BOOTH_CHANNEL_MALFORMED', 'size');
      let plain: Uint8Array;
      try {
        plain = new Uint8Array(await openNext(sealed, sequenceBytes(received)));
      } catch {
        return refuse('BOOTH_CHANNEL_SEQUENCE', 'does not open');
      }
      const decoded = decodeMessage(clientMessage, plain);
      if (decoded === undefined) return refuse('BOOTH_CHANNEL_MALFORMED', 'schema');
      const maxTailBytes = decoded.head.type === 'frame' ? MAX_FRAME_BYTES : 0;
      if (decoded.tail.length > maxTailBytes) return refuse('BOOTH_CHANNEL_MALFORMED', 'tail');
      // Read once; what it said lives on in the message alone.
      plain.subarray(0, plain.length - decoded.tail.length).fill(0);
      received += 1;
      return ok({ message: decoded.head, tail: decoded.tail });
    },
    async seal(message) {
      if (forgotten) throw new TypeError('this channel was forgotten');
      const aad = sequenceBytes(sent);
      const iv = Uint8Array.from(answerNonce);
      for (let i = 0; i < aad.length; i++) iv[iv.length - aad.length + i]! ^= aad[i]!;
      sent += 1;
      const plain = encodeMessage(boothMessage.parse(message));
      try {
        return new Uint8Array(await webCrypto.encrypt({ name: 'AES-GCM', iv, additionalData: aad }, answerKey, plain));
      } finally {
        plain.fill(0);
      }
    },
    forget() {
      broken = true;
      forgotten = true;
      answerNonce.fill(0);
    },
  };
}
