import type pg from 'pg';
import type { Registry } from './registry.ts';

/**
 * Records who answered a sign-in's passkey challenge. A sign-in belongs to the first who proved themselves in it: the
 * details one person was shown and agreed to must not become another's between the page and the click.
 * @returns false when it belongs to somebody else, or the identity is frozen
 */
export async function recordInteractionProof(registry: Registry, interactionUid: string, identityId: string, lifetimeMs: number, queryable: Pick<pg.PoolClient, 'query'> = registry.pool): Promise<boolean> {
  const atMs = registry.clock();
  const { rowCount } = await queryable.query(
    `INSERT INTO interaction_proofs (interaction_uid, identity_id, proven_at, expires_at) SELECT $1, identity_id, $3, $4 FROM identities WHERE identity_id = $2 AND NOT frozen
     ON CONFLICT (interaction_uid) DO UPDATE SET proven_at = excluded.proven_at, expires_at = excluded.expires_at
       WHERE interaction_proofs.identity_id = excluded.identity_id`,
    [interactionUid, identityId, new Date(atMs), new Date(atMs + lifetimeMs)],
  );
  return rowCount === 1;
}

/** Who proved themselves in this sign-in, and when. */
export async function findInteractionProof(registry: Registry, interactionUid: string): Promise<{ readonly identityId: string; readonly provenAtMs: number } | undefined> {
  const { rows } = await registry.pool.query<{ identity_id: string; proven_at: Date }>('SELECT identity_id, proven_at FROM interaction_proofs WHERE interaction_uid = $1 AND expires_at > $2', [
    interactionUid,
    new Date(registry.clock()),
  ]);
  return rows[0] && { identityId: rows[0].identity_id, provenAtMs: rows[0].proven_at.getTime() };
}
