import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { type RandomBytes, toBase64Url } from '@visavis/kernel';

/** Secrets of sign-in; the application keeps them outside the database and its backups. */
export interface SigninKeys {
  /**
   * Private ES256 keys, all published: the first signs; the second will sign after the next rotation, so that services
   * know it by then; the third signed before the last one, so that what it signed still verifies.
   */
  readonly jwks: { readonly keys: Record<string, unknown>[] };
  /** For the provider's cookies, newest first. */
  readonly cookieKeys: string[];
  /** Under which subjects are made: changing it gives every citizen a new subject at every service. */
  readonly pairwiseSecret: string;
}

const SECRET_BYTES = 32;
const KID_BYTES = 12;
/** A browser's cookie lives minutes: the key before is enough. */
const COOKIE_KEYS = 2;

/** Fresh secrets for a new deployment. */
export async function createSigninKeys(random: RandomBytes): Promise<SigninKeys> {
  return { jwks: { keys: [await signingKey(random), await signingKey(random)] }, cookieKeys: [toBase64Url(random(SECRET_BYTES))], pairwiseSecret: toBase64Url(random(SECRET_BYTES)) };
}

/**
 * The next signing key takes over, the present one is still published, the one before it is no more. A deployment that
 * has no next key yet gets one, and nothing else changes: services must be able to see a key before it signs.
 */
export async function rotateSigninKeys(keys: SigninKeys, random: RandomBytes): Promise<SigninKeys> {
  const [current, next] = keys.jwks.keys;
  const fresh = await signingKey(random);
  return {
    jwks: { keys: next === undefined ? [current!, fresh] : [next, fresh, current!] },
    cookieKeys: [toBase64Url(random(SECRET_BYTES)), ...keys.cookieKeys].slice(0, COOKIE_KEYS),
    pairwiseSecret: keys.pairwiseSecret,
  };
}

async function signingKey(random: RandomBytes): Promise<Record<string, unknown>> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: toBase64Url(random(KID_BYTES)), use: 'sig', alg: 'ES256' };
}
