import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** What the library's cookies are signed with: the shape of `keygrip`, which signs with SHA-1 and compares by two more HMACs under a new key. */
export interface CookieSigning {
  sign(data: string): string;
  verify(data: string, signature: string): boolean;
  /** @returns which key signed; -1 for none */
  index(data: string, signature: string): number;
}

/** @param keys the first signs; with the others, what was signed before they were replaced is still known */
export function cookieSigning(keys: readonly string[]): CookieSigning {
  const secrets = keys.map((key) => createSecretKey(key, 'utf8'));
  const signWith = (secret: KeyObject, data: string): string => createHmac('sha256', secret).update(data).digest('base64url');
  const index = (data: string, signature: string): number => {
    const sent = Buffer.from(signature);
    return secrets.findIndex((secret) => {
      const own = Buffer.from(signWith(secret, data));
      return sent.length === own.length && timingSafeEqual(sent, own);
    });
  };
  return { sign: (data) => signWith(secrets[0]!, data), verify: (data, signature) => index(data, signature) >= 0, index };
}
