import { parseJson } from '@visavis/kernel';
import type { RequestParameters } from '../mount.ts';

/** How one claim is asked for (Core §5.5.1). */
export interface IndividualClaim {
  readonly essential: boolean;
  /** Acceptable values; empty when any will do. */
  readonly values: readonly string[];
}

/** The claims parameter, parsed. */
export interface ClaimsRequest {
  readonly userinfo: ReadonlyMap<string, IndividualClaim>;
  readonly idToken: ReadonlyMap<string, IndividualClaim>;
}

/** Names in one request; a service asks for a handful. */
const MAX_REQUESTED_CLAIMS = 32;
const MAX_VALUES = 16;

/** @returns why it is refused, or what it asks for; nothing when there is no such parameter */
export function parseClaimsRequest(parameters: RequestParameters): ClaimsRequest | string {
  const { claims } = parameters;
  if (claims === undefined) return { userinfo: new Map(), idToken: new Map() };
  const written: unknown = typeof claims === 'string' ? tryJson(claims) : undefined;
  if (!isObject(written)) return 'claims parameter should be a JSON object, each member once';
  const [userinfo, idToken] = [parseMember(written['userinfo']), parseMember(written['id_token'])];
  if (typeof userinfo === 'string') return `claims.userinfo ${userinfo}`;
  if (typeof idToken === 'string') return `claims.id_token ${idToken}`;
  return { userinfo, idToken };
}

function parseMember(member: unknown): ReadonlyMap<string, IndividualClaim> | string {
  if (member === undefined) return new Map();
  if (!isObject(member)) return 'should be an object';
  const entries = Object.entries(member);
  if (entries.length > MAX_REQUESTED_CLAIMS) return `should have no more than ${MAX_REQUESTED_CLAIMS} members`;
  const parsed = new Map<string, IndividualClaim>();
  for (const [name, how] of entries) {
    if (how !== null && !isObject(how)) return 'members must be null or objects';
    const { essential = false, value, values = [] } = how ?? {};
    const accepted = [...(value === undefined ? [] : [value]), ...(Array.isArray(values) ? values : [values])];
    if (typeof essential !== 'boolean') return 'essential must be true or false';
    if (accepted.length > MAX_VALUES || !accepted.every((one) => typeof one === 'string')) return 'values must be a few strings';
    parsed.set(name, { essential, values: accepted });
  }
  return parsed;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function tryJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
