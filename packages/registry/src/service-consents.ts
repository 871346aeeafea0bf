import { createHmac, hkdfSync } from 'node:crypto';
import type { Registry } from './registry.ts';
import { openRow } from './sealing/open-row.ts';
import { sealRow } from './sealing/seal-row.ts';

export interface ServiceConsent {
  readonly clientId: string;
  readonly claims: readonly string[];
  readonly givenAt: string;
}

/** Remembers that a service may know these claims; a later, wider consent replaces a narrower one. Nothing for an identity that is no more. */
export async function rememberServiceConsent(registry: Registry, identityId: string, clientId: string, claims: readonly string[]): Promise<void> {
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) return;
  const rowId = serviceTag(keys.dataKey, clientId);
  const content = { clientId, claims: [...claims], givenAt: dayOf(registry.clock()) };
  await registry.pool.query(
    `INSERT INTO service_consents (identity_id, service_tag, sealed) SELECT identity_id, $2, $3 FROM identities WHERE identity_id = $1 AND state = 'active' FOR KEY SHARE
     ON CONFLICT (identity_id, service_tag) DO UPDATE SET sealed = excluded.sealed`,
    [identityId, rowId, sealRow({ dataKey: keys.dataKey, random: registry.random }, { table: 'service_consents', identityId, rowId }, content)],
  );
}

/** Oldest first. */
export async function listServiceConsents(registry: Pick<Registry, 'pool' | 'keyStore'>, identityId: string): Promise<readonly ServiceConsent[]> {
  const { rows } = await registry.pool.query<{ service_tag: string; sealed: Buffer }>('SELECT service_tag, sealed FROM service_consents WHERE identity_id = $1', [identityId]);
  const keys = rows.length === 0 ? undefined : await registry.keyStore.read(identityId);
  if (keys === undefined) return [];
  return rows
    .map((row) => openRow(keys.dataKey, { table: 'service_consents', identityId, rowId: row.service_tag }, row.sealed))
    .toSorted((a, b) => a.givenAt.localeCompare(b.givenAt));
}

/** Forgets a consent, and with it every code, token and grant that service holds for this identity. */
export async function revokeServiceConsent(registry: Registry, identityId: string, clientId: string): Promise<void> {
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) return;
  await registry.pool.query(
    `WITH revoked AS (DELETE FROM service_consents WHERE identity_id = $1 AND service_tag = $3)
     DELETE FROM oidc_records WHERE model IN ('Grant', 'AuthorizationCode', 'AccessToken') AND payload->>'accountId' = $1 AND payload->>'clientId' = $2`,
    [identityId, clientId, serviceTag(keys.dataKey, clientId)],
  );
}

/** To show that there was consent, the day is enough: the hour would say when the service was used. */
const dayOf = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 10)}T00:00:00.000Z`;

/** One row per service, and no saying which service without the identity's key. */
const serviceTag = (dataKey: Uint8Array, clientId: string): string => createHmac('sha256', Buffer.from(hkdfSync('sha256', dataKey, '', 'visavis service tag v1', 32))).update(clientId).digest('base64url');
