import type { ClaimSource } from '@visavis/contract';
import { claimsBehind, type Scopes, scopesWithin } from '../scopes.ts';

/**
 * FranceConnect's claims about a person, and who alone proves each. A passport prints names without accents and
 * without saying which given names are one, and it has no INSEE codes.
 */
export const CLAIM_SOURCES = {
  given_name: 'document',
  given_name_array: 'civilRegistry',
  family_name: 'document',
  birthdate: 'document',
  gender: 'document',
  preferred_username: 'civilRegistry',
  birthplace: 'civilRegistry',
  birthcountry: 'civilRegistry',
  email: 'confirmedAddress',
  rnipp_given_name: 'civilRegistry',
  rnipp_given_name_array: 'civilRegistry',
  rnipp_family_name: 'civilRegistry',
  rnipp_birthdate: 'civilRegistry',
  rnipp_gender: 'civilRegistry',
  rnipp_birthplace: 'civilRegistry',
  rnipp_birthcountry: 'civilRegistry',
} as const satisfies Readonly<Record<string, ClaimSource>>;
export type FranceConnectClaim = keyof typeof CLAIM_SOURCES;

export const FRANCECONNECT_CLAIMS = Object.keys(CLAIM_SOURCES) as FranceConnectClaim[];

/**
 * What a citizen may keep back. A service of this contract copes with these being absent: not everybody has a name in
 * use or a confirmed address, and it can't tell a refusal from that. Without one of the others it would break.
 */
export const VOLUNTARY: ReadonlySet<FranceConnectClaim> = new Set(['preferred_username', 'email']);

/** The two platforms: FranceConnect (eidas1) and FranceConnect+ (eidas2, eidas3). */
export type Platform = 'low' | 'high';

const BIRTH = ['birthplace', 'birthcountry'] as const;
const PIVOT = ['given_name', 'family_name', 'birthdate', 'gender', ...BIRTH] as const;
const PROFILE = ['given_name', 'family_name', 'birthdate', 'gender', 'preferred_username'] as const;
const single = (claims: readonly FranceConnectClaim[]) => Object.fromEntries(claims.map((claim) => [claim, [claim]]));

/** Scopes of both platforms. `amr` and `idp_id` are accepted and say nothing: amr is asked for by the claims parameter. */
const COMMON: Scopes<FranceConnectClaim> = {
  profile: PROFILE,
  birth: BIRTH,
  identite_pivot: PIVOT,
  ...single([...PIVOT, 'preferred_username', 'email']),
  amr: [],
  idp_id: [],
};

const RNIPP_PIVOT = ['rnipp_given_name', 'rnipp_given_name_array', 'rnipp_family_name', 'rnipp_birthdate', 'rnipp_gender', 'rnipp_birthplace', 'rnipp_birthcountry'] as const;

export const SCOPES: Readonly<Record<Platform, Scopes<FranceConnectClaim>>> = {
  low: { ...COMMON, profile: [...PROFILE, 'given_name_array'], identite_pivot: [...PIVOT, 'given_name_array'], ...single(['given_name_array']) },
  high: {
    ...COMMON,
    rnipp_profile: ['rnipp_given_name', 'rnipp_given_name_array', 'rnipp_family_name', 'rnipp_birthdate', 'rnipp_gender'],
    rnipp_birth: ['rnipp_birthplace', 'rnipp_birthcountry'],
    rnipp_identite_pivot: RNIPP_PIVOT,
    ...single(RNIPP_PIVOT),
  },
};

export const claimsOfScope = (platform: Platform, scope: string): readonly FranceConnectClaim[] => claimsBehind(SCOPES[platform], FRANCECONNECT_CLAIMS, scope);

export const scopesFor = (platform: Platform, registered: readonly string[]): readonly string[] => scopesWithin(SCOPES[platform], registered);
