import type { ActiveIdentity } from '@visavis/registry';

/** Claims about a person that a service may be allowed to ask for. */
export const SERVICE_CLAIMS = ['given_name', 'family_name', 'birthdate', 'gender', 'nationality', 'age_over_18'] as const;
export type ServiceClaim = (typeof SERVICE_CLAIMS)[number];

/** Scopes a service asks with: `profile` as in OpenID Connect Core §5.4, and each claim by its own name. */
export const SCOPE_CLAIMS: Readonly<Record<string, readonly ServiceClaim[]>> = {
  profile: ['given_name', 'family_name', 'birthdate', 'gender'],
  ...Object.fromEntries(SERVICE_CLAIMS.map((claim) => [claim, [claim]])),
};

const ADULT_YEARS = 18;

/** The claims behind a scope string, each once, in the catalogue's order. */
export function claimsOfScope(scope: string): readonly ServiceClaim[] {
  const asked = new Set(scope.split(' ').flatMap((name) => (Object.hasOwn(SCOPE_CLAIMS, name) ? (SCOPE_CLAIMS[name] ?? []) : [])));
  return SERVICE_CLAIMS.filter((claim) => asked.has(claim));
}

/**
 * What an identity says about each claim. A claim without a value is left out (Core §5.3.2).
 * @param atMs now, for the age
 */
export function claimValues({ person }: Pick<ActiveIdentity, 'person'>, atMs: number): Partial<Record<ServiceClaim, string | boolean>> {
  return {
    ...(person.givenNames === '' ? {} : { given_name: person.givenNames }),
    family_name: person.familyName,
    birthdate: person.dateOfBirth,
    ...(person.sex === 'unspecified' ? {} : { gender: person.sex }),
    nationality: person.nationality,
    age_over_18: isAdult(person.dateOfBirth, atMs),
  };
}

function isAdult(dateOfBirth: string, atMs: number): boolean {
  const [year, rest] = [Number(dateOfBirth.slice(0, 4)), dateOfBirth.slice(4)];
  // ISO dates compare as text; who is born on 29 February comes of age on 1 March of a common year.
  return new Date(atMs).toISOString().slice(0, 10) >= `${year + ADULT_YEARS}${rest}`;
}
