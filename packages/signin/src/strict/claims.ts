import type { ActiveIdentity } from '@visavis/registry';
import { documentClaims } from '../document-claims.ts';
import type { AskedClaim, ClaimValues } from '../mount.ts';
import { claimsBehind, type Scopes } from '../scopes.ts';
import type { ClaimsRequest } from './claims-request.ts';

/** Claims about a person that a service may be allowed to ask for; three tell an age without telling a birthday. */
export const SERVICE_CLAIMS = ['given_name', 'family_name', 'birthdate', 'gender', 'nationality', 'age_over_18', 'age_over_13', 'age_band', 'email', 'email_verified'] as const;
export type ServiceClaim = (typeof SERVICE_CLAIMS)[number];

/** Scopes a service asks with: `profile` as in OpenID Connect Core §5.4, and each claim by its own name. */
export const SCOPE_CLAIMS: Scopes<ServiceClaim> = {
  profile: ['given_name', 'family_name', 'birthdate', 'gender'],
  ...Object.fromEntries(SERVICE_CLAIMS.map((claim) => [claim, [claim]])),
  email: ['email', 'email_verified'],
};

/** First birthday of each band; a band ends where the next begins. */
const AGE_BANDS = [
  { from: 65, name: '65+' },
  { from: 25, name: '25-64' },
  { from: 18, name: '18-24' },
  { from: 16, name: '16-17' },
  { from: 13, name: '13-15' },
  { from: 0, name: '0-12' },
] as const;

export const claimsOfScope = (scope: string): readonly ServiceClaim[] => claimsBehind(SCOPE_CLAIMS, SERVICE_CLAIMS, scope);

/**
 * What a request asks for: by scope, where a claim asked for by its own name is essential and one that merely comes
 * with `profile` is voluntary (Core §5.4), and one by one by the claims parameter, where a claim is voluntary unless it
 * says `essential` (Core §5.5.1). What is in no catalogue is nothing.
 */
export function askedClaims(scope: string, request: ClaimsRequest): readonly AskedClaim[] {
  const byScope = claimsOfScope(scope);
  const named = new Set(scope.split(' '));
  const wanted = [request.userinfo, request.idToken];
  return SERVICE_CLAIMS.filter((name) => byScope.includes(name) || wanted.some((claims) => claims.has(name))).map((name) => ({
    name,
    essential: named.has(name) || wanted.some((claims) => claims.get(name)?.essential === true),
  }));
}

/**
 * What an identity says about each claim. A claim without a value is left out (Core §5.3.2).
 * @param atMs now, for the age
 */
export function claimValues({ person, email }: Pick<ActiveIdentity, 'person' | 'email'>, atMs: number): ClaimValues {
  const today = new Date(atMs).toISOString().slice(0, 10);
  const isOver = (years: number): boolean => hasReached(person.dateOfBirth, years, today);
  return {
    ...documentClaims(person),
    nationality: person.nationality,
    age_over_18: isOver(18),
    age_over_13: isOver(13),
    age_band: AGE_BANDS.find(({ from }) => isOver(from))?.name ?? '0-12',
    ...(email !== undefined && { email, email_verified: true }),
  };
}

function hasReached(dateOfBirth: string, years: number, today: string): boolean {
  const [year, rest] = [Number(dateOfBirth.slice(0, 4)), dateOfBirth.slice(4)];
  // ISO dates compare as text; who is born on 29 February comes of age on 1 March of a common year.
  return today >= `${String(year + years).padStart(4, '0')}${rest}`;
}
