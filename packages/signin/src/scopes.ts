/** Claims behind each scope, of one catalogue. */
export type Scopes<Claim extends string> = Readonly<Record<string, readonly Claim[]>>;

/** The claims behind a scope string, each once, in the catalogue's order. Scopes that nobody knows ask for nothing. */
export function claimsBehind<Claim extends string>(scopes: Scopes<Claim>, catalogue: readonly Claim[], scope: string): readonly Claim[] {
  const asked = new Set(scope.split(' ').flatMap((name) => (Object.hasOwn(scopes, name) ? (scopes[name] ?? []) : [])));
  return catalogue.filter((claim) => asked.has(claim));
}

/** Scopes that a service may ask with: those all of whose claims it was registered for. */
export const scopesWithin = (scopes: Scopes<string>, registered: readonly string[]): readonly string[] => ['openid', ...Object.entries(scopes).flatMap(([scope, claims]) => (claims.every((claim) => registered.includes(claim)) ? [scope] : []))];
