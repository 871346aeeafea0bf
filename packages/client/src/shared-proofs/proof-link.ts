import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { type ProofContent, proofContent, sharedProofInfo } from '@visavis/contract';
import { type Bytes, fromBase64Url, toBase64Url, utf8 } from '@visavis/kernel';

const hpkeSuite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const SECRET_BYTES = 32;
const PUBLIC_KEY_BYTES = 65;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** What comes from the one secret in a link. None of it leads back to the secret. */
export interface ProofLink {
  /** For whoever looks, to the server. */
  readonly token: string;
  readonly tokenHash: string;
  /** What is shown is sealed to it. */
  readonly publicKey: string;
  /** Undefined when it was not sealed for this link. */
  open(box: string): Promise<ProofContent | undefined>;
}

/** Of a new link: goes behind the `#` of its address, and nowhere else. */
export const newProofSecret = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

/** @param secret from an address; undefined when it is not a whole one */
export async function proofLinkOf(secret: string): Promise<ProofLink | undefined> {
  if (!SECRET.test(secret)) return undefined;
  const material = await crypto.subtle.importKey('raw', fromBase64Url(secret), 'HKDF', false, ['deriveBits']);
  const derive = async (label: string): Promise<Bytes> =>
    new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8(`visavis shared proof ${label} v1`) }, material, 8 * SECRET_BYTES));
  const [token, pair] = [await derive('token'), await hpkeSuite.kem.deriveKeyPair((await derive('key')).buffer)];
  const tokenHash = toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', token)));
  return {
    token: toBase64Url(token),
    tokenHash,
    publicKey: toBase64Url(new Uint8Array(await hpkeSuite.kem.serializePublicKey(pair.publicKey))),
    async open(box) {
      try {
        const bytes = fromBase64Url(box);
        const [enc, ciphertext] = [bytes.slice(0, PUBLIC_KEY_BYTES), bytes.slice(PUBLIC_KEY_BYTES)];
        const plain = await hpkeSuite.open({ recipientKey: pair, enc: enc.buffer, info: sharedProofInfo(tokenHash) }, ciphertext);
        return proofContent.safeParse(JSON.parse(new TextDecoder().decode(plain))).data;
      } catch {
        return undefined;
      }
    },
  };
}
