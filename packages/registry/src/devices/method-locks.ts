import { err, ok, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { inTransaction } from '../in-transaction.ts';
import { giveNotice } from '../notices/give-notice.ts';
import type { Registry } from '../registry.ts';
import { endSessionsOfDevice } from '../sessions.ts';
import { deviceFaults } from './faults.ts';
import { lockIdentity, mayGoWithout } from './lock-identity.ts';
import { endSignInsUnderWay } from './sign-ins-under-way.ts';

/** Ways to be known that are no device of their own; a device's passkey is locked with the device. */
export const LOCKABLE_METHODS = ['phoneApproval', 'recovery'] as const;
export type LockableMethod = (typeof LOCKABLE_METHODS)[number];

/** What a citizen can lock for a time. */
export type Lockable = { readonly deviceId: string } | { readonly method: LockableMethod };

/** When a lock ends by itself; `infinity`: when it is lifted. */
export type LockEnd = Date | 'infinity';

const SHORTEST_LOCK_MS = 60_000;
/** Whoever wants it longer locks without an end, or removes the device. */
const LONGEST_LOCK_MS = 90 * 24 * 3600 * 1000;

/**
 * Whether the citizen locked this method for now. Whoever acts on the answer asks in the transaction that acts.
 * @param queryable that transaction's client
 */
export async function isMethodLocked(registry: Pick<Registry, 'pool' | 'clock'>, identityId: string, method: LockableMethod, queryable: Pick<pg.PoolClient, 'query'> = registry.pool): Promise<boolean> {
  const { rowCount } = await queryable.query('SELECT 1 FROM method_locks WHERE identity_id = $1 AND method = $2 AND locked_until > $3', [identityId, method, new Date(registry.clock())]);
  return rowCount === 1;
}

/** The locks that hold now, but those of devices. */
export async function listMethodLocks(registry: Pick<Registry, 'pool' | 'clock'>, identityId: string): Promise<ReadonlyMap<LockableMethod, LockEnd>> {
  const { rows } = await registry.pool.query<{ method: LockableMethod; locked_until: Date | number }>('SELECT method, locked_until FROM method_locks WHERE identity_id = $1 AND locked_until > $2', [identityId, new Date(registry.clock())]);
  return new Map(rows.map((row) => [row.method, lockEnd(row.locked_until)]));
}

/** As PostgreSQL's driver reads a time: its infinity is a number. */
export const lockEnd = (column: Date | number): LockEnd => (column instanceof Date ? column : 'infinity');

/**
 * Locks a device's passkey or a method; a lock that is there gets the new end. A locked device's sessions end with it.
 * @faults LOCK_END_NOT_POSSIBLE, DEVICE_UNKNOWN, DEVICE_LAST when no unlocked device would be left to lift it with
 */
export async function lock(registry: Registry, identityId: string, locked: Lockable, until: LockEnd): Promise<Result<undefined>> {
  const lastsMs = until === 'infinity' ? SHORTEST_LOCK_MS : until.getTime() - registry.clock();
  if (!(lastsMs >= SHORTEST_LOCK_MS && lastsMs <= LONGEST_LOCK_MS)) return err(deviceFaults.fault('LOCK_END_NOT_POSSIBLE'));
  return inTransaction(registry.pool, async (client) => {
    if ((await lockIdentity(client, identityId)) === undefined) return err(deviceFaults.fault('DEVICE_UNKNOWN'));
    if ('method' in locked) {
      await client.query('INSERT INTO method_locks (identity_id, method, locked_until) VALUES ($1, $2, $3) ON CONFLICT (identity_id, method) DO UPDATE SET locked_until = excluded.locked_until', [identityId, locked.method, until]);
    } else {
      const may = await mayGoWithout(client, registry, identityId, locked.deviceId);
      if (!may.ok) return may;
      await client.query('UPDATE devices SET locked_until = $3 WHERE identity_id = $1 AND device_id = $2', [identityId, locked.deviceId, until]);
      await endSessionsOfDevice(client, identityId, locked.deviceId);
    }
    // By which way a sign-in was begun is not known, and a passkey begins it again. Recovery begins none.
    if (!('method' in locked) || locked.method !== 'recovery') await endSignInsUnderWay(client, identityId);
    await giveNotice(client, registry, identityId, 'methodLocked');
    return ok(undefined);
  });
}

/** Lifts a lock; lifting one that is not there is nothing. */
export async function unlock(registry: Registry, identityId: string, locked: Lockable): Promise<void> {
  await inTransaction(registry.pool, async (client) => {
    const { rowCount } =
      'method' in locked
        ? await client.query('DELETE FROM method_locks WHERE identity_id = $1 AND method = $2', [identityId, locked.method])
        : await client.query('UPDATE devices SET locked_until = NULL WHERE identity_id = $1 AND device_id = $2 AND locked_until IS NOT NULL', [identityId, locked.deviceId]);
    if (rowCount === 1) await giveNotice(client, registry, identityId, 'methodUnlocked');
  });
}
