import type { SharedProofs } from '@visavis/contract';
import type { Registry } from '../registry.ts';
import { openRow } from '../sealing/open-row.ts';

/** An identity's proofs, newest first. */
export async function listSharedProofs(registry: Pick<Registry, 'pool' | 'keyStore' | 'clock'>, identityId: string): Promise<SharedProofs['proofs']> {
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) return [];
  const { rows } = await registry.pool.query<{ proof_id: string; sealed: Buffer; max_views: number; seen_at: readonly Date[]; created_at: Date; expires_at: Date; revoked_at: Date | null }>(
    'SELECT proof_id, sealed, max_views, seen_at, created_at, expires_at, revoked_at FROM shared_proofs WHERE identity_id = $1 ORDER BY created_at DESC, proof_id',
    [identityId],
  );
  return rows.map((row) => ({
    proofId: row.proof_id,
    state: row.revoked_at !== null ? 'revoked' : row.seen_at.length >= row.max_views ? 'used' : row.expires_at.getTime() <= registry.clock() ? 'expired' : 'open',
    ...openRow(keys.dataKey, { table: 'shared_proofs', identityId, rowId: row.proof_id }, row.sealed),
    views: row.max_views,
    seenAt: row.seen_at.map((at) => at.toISOString()),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }));
}
