import { type BoothCertificate, type P256PublicJwk, p256PublicJwk, signBoothCertificate } from '@visavis/contract';
import { exportJWK, generateKeyPair, importJWK } from 'jose';
import { z } from 'zod';
import { loadOrCreate } from './state-folder.ts';

/** Port to whoever holds the operator's key: a file of this process in the demo, a signer process or an HSM elsewhere. */
export interface OperatorSigner {
  readonly publicKey: P256PublicJwk;
  certifyBooth(claims: BoothCertificate): Promise<string>;
}

const privateJwk = p256PublicJwk.extend({ d: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

/** The operator's ES256 key in a file that only this user can read; made at the first start. */
export async function openOperatorSigner(stateDir: string): Promise<OperatorSigner> {
  const { d, ...publicKey } = await loadOrCreate(stateDir, 'operator-key.json', privateJwk, async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const { kty, crv, x, y, d } = await exportJWK(privateKey);
    return privateJwk.parse({ kty, crv, x, y, d });
  });
  const key = await importJWK({ ...publicKey, d }, 'ES256');
  if (key instanceof Uint8Array) throw new TypeError('an elliptic curve key is no secret of bytes');
  return { publicKey, certifyBooth: (claims) => signBoothCertificate(claims, key) };
}
