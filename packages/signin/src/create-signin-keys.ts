import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { type RandomBytes, toBase64Url } from '@visavis/kernel';

/** Secrets of sign-in; the application keeps them outside the database and its backups. */
export interface SigninKeys {
  /** Private ES256 keys for id_tokens, newest first. */
  readonly jwks: { readonly keys: Record<string, unknown>[] };
  /** For the provider's cookies, newest first. */
  readonly cookieKeys: string[];
  /** Under which subjects are made: changing it gives every citizen a new subject at every service. */
  readonly pairwiseSecret: string;
}

const SECRET_BYTES = 32;
const KID_BYTES = 12;

/** Fresh secrets for a new deployment. */
export async function createSigninKeys(random: RandomBytes): Promise<SigninKeys> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: toBase64Url(random(KID_BYTES)), use: 'sig', alg: 'ES256' };
  return { jwks: { keys: [key] }, cookieKeys: [toBase64Url(random(SECRET_BYTES))], pairwiseSecret: toBase64Url(random(SECRET_BYTES)) };
}
