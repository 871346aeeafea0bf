import { type P256PublicJwk, p256PublicJwk } from '@visavis/contract';
import { calculateJwkThumbprint } from 'jose';

/** The device's key for one enrolment. Its private half cannot be taken out of the device, not even by this code. */
export interface ClientKey {
  readonly publicKey: P256PublicJwk;
  readonly privateKey: CryptoKey;
  readonly thumbprint: string;
}

/** The verdict will name this key, and only it may then register the passkey: a stolen enrolment id is worth nothing. */
export async function createClientKey(): Promise<ClientKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const publicKey = p256PublicJwk.parse({ kty, crv, x, y });
  return { publicKey, privateKey: pair.privateKey, thumbprint: await calculateJwkThumbprint(publicKey, 'sha256') };
}
