import type { ClaimSource, LevelOfAssurance } from '@visavis/contract';
import type { Result } from '@visavis/kernel';
import type { ActiveIdentity } from '@visavis/registry';
import type { ClientMetadata, Configuration, Provider } from 'oidc-provider';
import type { MountName, Service } from './service.ts';
import type { ServiceDirectory } from './service-directory.ts';

/** What a service's request says, as the provider checked it: parameters by name. */
export type RequestParameters = Readonly<Record<string, unknown>>;

/** A parameter of it; empty when there is none. */
export function textOf(parameters: RequestParameters, name: string): string {
  const value = parameters[name];
  return typeof value === 'string' ? value : '';
}

export interface AskedClaim {
  readonly name: string;
  /** The service says that it can't work without it (Core §5.5.1). */
  readonly essential: boolean;
}

export type ClaimValues = Readonly<Record<string, string | boolean | readonly string[]>>;

/**
 * The rules of one mount: all that differs between two ways to speak to services. What they share (records in
 * PostgreSQL, keys, a passkey at every sign-in, the citizen's consent) is in `create-provider.ts` and `interactions.ts`.
 */
export interface Mount {
  /** Records, sessions and cookies carry it. */
  readonly name: MountName;
  /** Where it sits under the site's origin; origin and path together are the issuer. */
  readonly path: string;
  /** The catalogue: every claim about a person that a service here may be registered for. */
  readonly claimNames: readonly string[];
  /** What is wrong with a registration by this mount's rules, in words for the operator. */
  refusals(service: Service): readonly string[];
  /** The library's metadata of a service, over what follows from every registration. */
  clientMetadata(service: Service): Partial<ClientMetadata>;
  /** The library's settings, over those that every mount has. `features` are merged one by one. */
  configuration(services: ServiceDirectory): Configuration;
  /** The citizen's name at a service. */
  subject(pairwiseSecret: string, service: Service, identityId: string): string | Promise<string>;
  /** Lowest level that the request accepts. */
  lowestLevel(parameters: RequestParameters): LevelOfAssurance;
  /** What a service is told of the level reached: never more than that. */
  acr(reached: LevelOfAssurance, parameters: RequestParameters): string;
  /** The claims about a person that the request asks for, each once, in the catalogue's order. */
  askedClaims(parameters: RequestParameters, service: Service): readonly AskedClaim[];
  /**
   * What is proved of each claim; one without a value is left out (Core §5.3.2).
   * @param scope of the service's request that the values are for; empty where nothing about a person is told
   * @faults SIGN_IN_PROOF_UNAVAILABLE
   */
  claimValues(identity: ActiveIdentity, atMs: number, service: Service, scope: string): Promise<Result<ClaimValues>>;
  /** Who alone proves a claim of the catalogue. */
  sourceOf(claim: string): ClaimSource;
  /** `error_description` of a service whose citizen did not agree. */
  readonly declined: string;
  /** Middleware of its own. */
  extend?(provider: Provider): void;
}

/** A mount at work. */
export interface MountedProvider {
  readonly mount: Mount;
  readonly provider: Provider;
}
