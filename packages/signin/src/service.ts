import type { ServiceClaim } from './claims.ts';

/** A service that may sign people in, as the operator registered it. */
export interface Service {
  readonly clientId: string;
  /** Shown to the citizen. */
  readonly name: string;
  readonly redirectUris: readonly string[];
  /** Left out for a public client, which PKCE alone holds. */
  readonly clientSecret?: string;
  /** The most it may ever ask for. */
  readonly claims: readonly ServiceClaim[];
}
