import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import {
  ANSWER_KEY_BYTES,
  ANSWER_KEY_LABEL,
  ANSWER_NONCE_BYTES,
  ANSWER_NONCE_LABEL,
  type BoothMessage,
  boothMessage,
  channelInfo,
  type ClientMessage,
  decodeMessage,
  encodeMessage,
  type Hello,
  helloSignatureInput,
  MAX_MESSAGE_BYTES,
  SEAL_OVERHEAD_BYTES,
  sequenceBytes,
} from '@visavis/contract';
import { type Bytes, toBase64Url } from '@visavis/kernel';
import type { ClientKey } from './client-key.ts';

const hpkeSuite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** The device's end of the sealed channel. */
export interface ClientChannel {
  /** The one message in clear, to send first. */
  readonly hello: Hello;
  /** Seals the next message for the booth. Calls may overlap: they are sealed in the order of the calls. */
  seal(message: ClientMessage, tail?: Uint8Array): Promise<Bytes>;
  /** Opens the booth's next message; undefined when it is not exactly the next one it sealed: the channel is then dead. */
  open(sealed: Uint8Array): Promise<BoothMessage | undefined>;
}

/**
 * Opens the device's end.
 * @param o.channelKey the booth's public key, out of a booth certificate that was verified: sealing to an unverified
 *   key would give the document and the face to whoever sent it
 */
export async function openChannel(o: { readonly enrolmentId: string; readonly channelKey: Bytes; readonly clientKey: ClientKey }): Promise<ClientChannel> {
  const recipientPublicKey = await hpkeSuite.kem.deserializePublicKey(o.channelKey.buffer);
  const context = await hpkeSuite.createSenderContext({ recipientPublicKey, info: channelInfo(o.enrolmentId, o.clientKey.thumbprint) });
  const enc = new Uint8Array(context.enc);
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, o.clientKey.privateKey, helloSignatureInput(o.enrolmentId, o.channelKey, enc));
  const answerKey = await crypto.subtle.importKey('raw', await context.export(ANSWER_KEY_LABEL, ANSWER_KEY_BYTES), 'AES-GCM', false, ['decrypt']);
  const answerNonce = new Uint8Array(await context.export(ANSWER_NONCE_LABEL, ANSWER_NONCE_BYTES));
  let sent = 0;
  let received = 0;
  let broken = false;
  /** HPKE counts inside its context, and not before a seal is done: two at once would share a nonce. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const result = turn.then(act);
    turn = result.catch(() => undefined);
    return result;
  };
  return {
    hello: { version: 1, enc: toBase64Url(enc), clientKey: o.clientKey.publicKey, signature: toBase64Url(new Uint8Array(signature)) },
    seal: (message, tail) =>
      inTurn(async () => {
        const plain = encodeMessage(message, tail);
        if (plain.length > MAX_MESSAGE_BYTES) throw new RangeError('message too long');
        const sealed = new Uint8Array(await context.seal(plain, sequenceBytes(sent)));
        sent += 1;
        return sealed;
      }),
    async open(sealed) {
      if (broken || sealed.length > MAX_MESSAGE_BYTES + SEAL_OVERHEAD_BYTES) broken = true;
      if (broken) return undefined;
      const additionalData = sequenceBytes(received);
      const iv = Uint8Array.from(answerNonce);
      for (let i = 0; i < additionalData.length; i++) iv[iv.length - additionalData.length + i]! ^= additionalData[i]!;
      received += 1;
      try {
        const plain = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, answerKey, Uint8Array.from(sealed)));
        const decoded = decodeMessage(boothMessage, plain);
        if (decoded !== undefined && decoded.tail.length === 0) return decoded.head;
      } catch {
        // Not the next message of this booth: refused below.
      }
      broken = true;
      return undefined;
    },
  };
}
