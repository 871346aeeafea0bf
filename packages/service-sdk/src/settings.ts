import type { JWK } from 'jose';
import type { Claim } from './claims.ts';
import { type Level, LEVELS } from './levels.ts';

/** How the service proves itself to the provider, as it was registered. `none`: PKCE alone. */
export type ServiceAuthentication =
  | { readonly method: 'private_key_jwt'; /** Private, P-256, with its `kid`. */ readonly key: JWK }
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly clientSecret: string }
  | { readonly method: 'none' };

/** A service as it was registered with the provider. Nothing is guessed: what a verdict depends on must be said. */
export interface ServiceSettings<Essential extends Claim, Voluntary extends Claim> {
  /** Exactly as the provider's discovery document says. */
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly authentication: ServiceAuthentication;
  /** Who was identified at a lower one is not signed in. */
  readonly lowestLevel: Level;
  /** Essential: the service can't work without it. Voluntary: the person may refuse it and is signed in all the same. */
  readonly claims: { readonly essential: readonly Essential[]; readonly voluntary: readonly Voluntary[] };
  /** As registered: plain over TLS, or signed (`userinfoSigning`), where it may be encrypted too. */
  readonly userinfo: 'json' | 'signed';
  /** Private keys of those that were registered with use `enc`, each with `kid` and `alg`; empty where nothing is encrypted. */
  readonly decryptionKeys: readonly JWK[];
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export const isLoopback = (url: URL): boolean => url.protocol === 'http:' && LOOPBACK.has(url.hostname);

/** Throws on what no registration can be: a mistake in the program, seen when it starts. */
export function checkSettings({ issuer, redirectUri, lowestLevel, clientId, authentication, decryptionKeys }: ServiceSettings<Claim, Claim>): void {
  for (const [name, value] of Object.entries({ issuer, redirectUri })) {
    const url = URL.parse(value);
    if (url === null || !(url.protocol === 'https:' || isLoopback(url))) throw new TypeError(`${name} must be a full https address, or http on the own machine`);
  }
  if (clientId === '') throw new TypeError('clientId must not be empty');
  if (!LEVELS.includes(lowestLevel)) throw new TypeError(`lowestLevel must be one of ${LEVELS.join(', ')}`);
  if ('clientSecret' in authentication && authentication.clientSecret === '') throw new TypeError('clientSecret must not be empty');
  const keys = [...(authentication.method === 'private_key_jwt' ? [authentication.key] : []), ...decryptionKeys];
  if (!keys.every((key) => typeof key.d === 'string' && typeof key.kid === 'string')) throw new TypeError('keys must be private and have a kid');
}
