import type pg from 'pg';
import type { Registry } from '../registry.ts';

/** Takes one proof back, at once and for good. What belongs to another identity stays, and nobody is told that it is there. */
export async function revokeSharedProof(registry: Pick<Registry, 'pool' | 'clock'>, identityId: string, proofId: string): Promise<void> {
  await revoke(registry.pool, registry, 'identity_id = $1 AND proof_id = $3', [identityId, proofId]);
}

/** All that are open of an identity that is being frozen: lifting the freeze does not bring them back. */
export async function revokeSharedProofsOf(client: pg.PoolClient, registry: Pick<Registry, 'clock'>, identityId: string): Promise<void> {
  await revoke(client, registry, 'identity_id = $1', [identityId]);
}

async function revoke(queryable: Pick<pg.PoolClient, 'query'>, { clock }: Pick<Registry, 'clock'>, which: string, [identityId, ...more]: readonly [string, ...string[]]): Promise<void> {
  await queryable.query(
    `WITH revoked AS (UPDATE shared_proofs SET revoked_at = $2 WHERE ${which} AND revoked_at IS NULL AND expires_at > $2 RETURNING proof_id)
     DELETE FROM shared_proof_boxes USING revoked WHERE shared_proof_boxes.proof_id = revoked.proof_id`,
    [identityId, new Date(clock()), ...more],
  );
}
