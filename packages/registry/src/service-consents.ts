import type { Registry } from './registry.ts';

export interface ServiceConsent {
  readonly clientId: string;
  readonly claims: readonly string[];
  readonly givenAt: string;
}

/** Remembers that a service may know these claims; a later, wider consent replaces a narrower one. */
export async function rememberServiceConsent(registry: Registry, identityId: string, clientId: string, claims: readonly string[]): Promise<void> {
  await registry.pool.query(
    `INSERT INTO service_consents (identity_id, client_id, claims, given_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (identity_id, client_id) DO UPDATE SET claims = excluded.claims, given_at = excluded.given_at`,
    [identityId, clientId, claims, new Date(registry.clock())],
  );
}

export async function listServiceConsents(registry: Registry, identityId: string): Promise<readonly ServiceConsent[]> {
  const { rows } = await registry.pool.query<{ client_id: string; claims: string[]; given_at: Date }>(
    'SELECT client_id, claims, given_at FROM service_consents WHERE identity_id = $1 ORDER BY given_at',
    [identityId],
  );
  return rows.map((row) => ({ clientId: row.client_id, claims: row.claims, givenAt: row.given_at.toISOString() }));
}

/** Forgets a consent, and with it every code, token and grant that service holds for this identity. */
export async function revokeServiceConsent(registry: Registry, identityId: string, clientId: string): Promise<void> {
  await registry.pool.query(
    `WITH revoked AS (DELETE FROM service_consents WHERE identity_id = $1 AND client_id = $2)
     DELETE FROM oidc_records WHERE model IN ('Grant', 'AuthorizationCode', 'AccessToken') AND payload->>'accountId' = $1 AND payload->>'clientId' = $2`,
    [identityId, clientId],
  );
}
