import type pg from 'pg';
import type { Registry } from '../registry.ts';

/** Ways to be known that are no device of their own; a device's passkey is locked with the device. */
export const LOCKABLE_METHODS = ['phoneApproval', 'recovery'] as const;
export type LockableMethod = (typeof LOCKABLE_METHODS)[number];

/**
 * Whether the citizen locked this method for now. Whoever acts on the answer asks in the transaction that acts.
 * @param queryable that transaction's client
 */
export async function isMethodLocked(registry: Pick<Registry, 'pool' | 'clock'>, identityId: string, method: LockableMethod, queryable: Pick<pg.PoolClient, 'query'> = registry.pool): Promise<boolean> {
  const { rowCount } = await queryable.query('SELECT 1 FROM method_locks WHERE identity_id = $1 AND method = $2 AND locked_until > $3', [identityId, method, new Date(registry.clock())]);
  return rowCount === 1;
}
