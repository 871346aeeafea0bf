import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { decodeHistoryEntry, type HistoryEntry, historyEntryInfo, historyHandoverInfo, type HistoryWrap, historyWrapInfo, type SealedHistoryEntry } from '@visavis/contract';
import { type Bytes, concatBytes, fromBase64Url, toBase64Url, utf8 } from '@visavis/kernel';

const hpkeSuite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const P256 = { name: 'ECDH', namedCurve: 'P-256' };
const PUBLIC_KEY_BYTES = 65;

/** A secret that only the citizen has: what their passkey's PRF gives, or their printed code. */
export interface HistorySecret {
  readonly kind: HistoryWrap['kind'];
  readonly bytes: Bytes;
}

/** The opened history: its private half lives in this device's memory until the page is closed. */
export interface HistoryKey {
  readonly publicKey: string;
  /** One more copy of the private half, under one more secret. */
  wrap(secret: HistorySecret): Promise<HistoryWrap>;
  /** The private half, sealed to another device of the same citizen; undefined when what it gave is no key. */
  sealTo(handoverKey: string): Promise<string | undefined>;
  /** Undefined when it was not sealed to this key, for this identity, under this id. */
  open(entry: SealedHistoryEntry): Promise<HistoryEntry | undefined>;
}

/** Makes the key pair of a new history on this device. */
export async function createHistoryKey(identityId: string): Promise<HistoryKey> {
  const pair = await crypto.subtle.generateKey(P256, true, ['deriveBits']);
  const { d = '' } = await crypto.subtle.exportKey('jwk', pair.privateKey);
  return historyKey(identityId, toBase64Url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))), fromBase64Url(d));
}

/** @returns undefined when the secret is not the one that the wrap was made with, or the wrap is another identity's or another key's */
export async function openHistoryKey(identityId: string, publicKey: string, wrap: HistoryWrap, secret: HistorySecret): Promise<HistoryKey | undefined> {
  if (wrap.kind !== secret.kind) return undefined;
  const additionalData = wrapContext(identityId, wrap.kind, publicKey);
  try {
    const key = await wrappingKey(identityId, secret, fromBase64Url(wrap.salt));
    const d = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: fromBase64Url(wrap.nonce), additionalData }, key, fromBase64Url(wrap.wrapped)));
    return historyKey(identityId, publicKey, d);
  } catch {
    return undefined;
  }
}

/** The key pair of a new device, to which one that is known seals the history's key. */
export interface HandoverKey {
  readonly publicKey: string;
  /** @returns undefined when it was not sealed to this device, for this identity and this history */
  open(identityId: string, historyPublicKey: string, handover: string): Promise<HistoryKey | undefined>;
}

/** Lives as long as the page that made it: its private half can't be taken out. */
export async function createHandoverKey(): Promise<HandoverKey> {
  const pair = await crypto.subtle.generateKey(P256, false, ['deriveBits']);
  return {
    publicKey: toBase64Url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))),
    async open(identityId, historyPublicKey, handover) {
      try {
        const bytes = fromBase64Url(handover);
        const [enc, ciphertext] = [bytes.slice(0, PUBLIC_KEY_BYTES), bytes.slice(PUBLIC_KEY_BYTES)];
        const d = new Uint8Array(await hpkeSuite.open({ recipientKey: pair, enc: enc.buffer, info: historyHandoverInfo(identityId, historyPublicKey) }, ciphertext));
        return historyKey(identityId, historyPublicKey, d);
      } catch {
        return undefined;
      }
    },
  };
}

function historyKey(identityId: string, publicKey: string, d: Bytes): HistoryKey {
  const point = fromBase64Url(publicKey);
  const jwk = { kty: 'EC', crv: 'P-256', x: toBase64Url(point.subarray(1, 33)), y: toBase64Url(point.subarray(33, 65)), d: toBase64Url(d) };
  const privateKey = crypto.subtle.importKey('jwk', jwk, P256, false, ['deriveBits']);
  const pair = (async () => ({ privateKey: await privateKey, publicKey: await hpkeSuite.kem.deserializePublicKey(point.buffer) }))();
  // A caller that never opens an entry must not see an unhandled rejection.
  pair.catch(() => undefined);
  return {
    publicKey,
    async wrap(secret) {
      const [salt, nonce] = [crypto.getRandomValues(new Uint8Array(32)), crypto.getRandomValues(new Uint8Array(12))];
      const key = await wrappingKey(identityId, secret, salt);
      const wrapped = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: wrapContext(identityId, secret.kind, publicKey) }, key, d);
      return { kind: secret.kind, salt: toBase64Url(salt), nonce: toBase64Url(nonce), wrapped: toBase64Url(new Uint8Array(wrapped)) };
    },
    async sealTo(handoverKey) {
      try {
        const recipientPublicKey = await hpkeSuite.kem.deserializePublicKey(fromBase64Url(handoverKey).buffer);
        const { enc, ct } = await hpkeSuite.seal({ recipientPublicKey, info: historyHandoverInfo(identityId, publicKey) }, d);
        return toBase64Url(concatBytes(new Uint8Array(enc), new Uint8Array(ct)));
      } catch {
        return undefined;
      }
    },
    async open({ entryId, sealed }) {
      try {
        const bytes = fromBase64Url(sealed);
        const [enc, ciphertext] = [bytes.slice(0, PUBLIC_KEY_BYTES), bytes.slice(PUBLIC_KEY_BYTES)];
        const plain = await hpkeSuite.open({ recipientKey: await pair, enc: enc.buffer, info: historyEntryInfo(identityId) }, ciphertext, utf8(entryId));
        return decodeHistoryEntry(new Uint8Array(plain));
      } catch {
        return undefined;
      }
    },
  };
}

/** The private half only makes sense with its public one: a server that puts another beside it is found out. */
const wrapContext = (identityId: string, kind: HistoryWrap['kind'], publicKey: string): Bytes => utf8(`${new TextDecoder().decode(historyWrapInfo(identityId, kind))}\n${publicKey}`);

async function wrappingKey(identityId: string, secret: HistorySecret, salt: Bytes): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', secret.bytes, 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info: historyWrapInfo(identityId, secret.kind) }, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}
