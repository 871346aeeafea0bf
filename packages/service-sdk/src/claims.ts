/** What a service can be told about a person, as it comes. */
export interface ClaimTypes {
  readonly given_name: string;
  readonly family_name: string;
  /** YYYY-MM-DD. */
  readonly birthdate: string;
  readonly gender: string;
  /** Three letters, as in a passport. */
  readonly nationality: string;
  readonly age_over_18: boolean;
  readonly age_over_13: boolean;
  readonly age_band: string;
  /** An address that the person confirmed; only who added one has it. */
  readonly email: string;
  readonly email_verified: boolean;
}
export type Claim = keyof ClaimTypes;

const KINDS: Readonly<Record<Claim, 'string' | 'boolean'>> = {
  given_name: 'string',
  family_name: 'string',
  birthdate: 'string',
  gender: 'string',
  nationality: 'string',
  age_over_18: 'boolean',
  age_over_13: 'boolean',
  age_band: 'string',
  email: 'string',
  email_verified: 'boolean',
};
export const CLAIMS = Object.keys(KINDS) as readonly Claim[];

/**
 * The claims asked for, and no others. Each may be absent, the essential ones too: not every passport has a given name,
 * and nothing is invented in its place.
 */
export type ToldClaims<Asked extends Claim> = { readonly [C in Asked]?: ClaimTypes[C] };

/** @returns undefined when one of the claims is not of its kind */
export function readClaims<Asked extends Claim>(told: Readonly<Record<string, unknown>>, asked: readonly Asked[]): ToldClaims<Asked> | undefined {
  const present = asked.filter((claim) => told[claim] !== undefined);
  if (!present.every((claim) => typeof told[claim] === KINDS[claim])) return undefined;
  return Object.fromEntries(present.map((claim) => [claim, told[claim]])) as ToldClaims<Asked>;
}
