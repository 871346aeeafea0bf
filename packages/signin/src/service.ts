/** Two ways to speak to services: by today's strict rules, and in FranceConnect's shape. Nothing of one is valid at the other. */
export const MOUNT_NAMES = ['strict', 'franceconnect'] as const;
export type MountName = (typeof MOUNT_NAMES)[number];

/** To the service's own key, so that only it can read what it is told (RFC 7516). */
export interface ResponseEncryption {
  readonly alg: 'RSA-OAEP' | 'RSA-OAEP-256' | 'ECDH-ES';
  readonly enc: 'A256GCM';
}

export type SigningAlgorithm = 'ES256' | 'RS256' | 'HS256';

/** How a service proves itself at the token endpoint. `none`: a public client, which PKCE alone holds. */
export type ServiceAuthentication =
  | { readonly method: 'none' }
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly clientSecret: string }
  /** The secret was made here, shown once and forgotten. */
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly clientSecretSha256: string }
  | { readonly method: 'private_key_jwt' };

/** A service that may sign people in, as the operator registered it and {@link parseServices} checked it. */
export interface Service {
  readonly clientId: string;
  /** Whoever registered it. Nobody has checked what a developer says of a service. */
  readonly registrar: 'operator' | 'developer';
  readonly mount: MountName;
  /** At the mount `franceconnect`: which of the two it was written for, FranceConnect (low) or FranceConnect+ (high). */
  readonly platform?: 'low' | 'high';
  /** Shown to the citizen. */
  readonly name: string;
  /** Services of one sector know a citizen by one subject: a host name, or an entity's id. */
  readonly sector: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Told, server to server, that a sign-in it relies on has ended. */
  readonly backchannelLogoutUri?: string;
  readonly authentication: ServiceAuthentication;
  /** Its public keys: by value, or where it publishes them; for its assertions and for what is encrypted to it. */
  readonly keys?: { readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] } } | { readonly jwksUri: string };
  readonly idTokenSigning: SigningAlgorithm;
  readonly idTokenEncryption?: ResponseEncryption;
  /** Left out: userinfo is plain JSON. */
  readonly userinfoSigning?: SigningAlgorithm;
  readonly userinfoEncryption?: ResponseEncryption;
  /** Why it wants to know, in words shown to the citizen. */
  readonly purposes: readonly string[];
  /** The most it may ever ask for. */
  readonly claims: readonly string[];
}
