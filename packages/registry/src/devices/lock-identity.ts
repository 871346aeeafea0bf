import { err, ok, type Result } from '@visavis/kernel';
import type pg from 'pg';
import type { Registry } from '../registry.ts';
import { deviceFaults } from './faults.ts';

/**
 * Holds the identity's row until the transaction ends: whatever changes its devices, locks or freeze happens one after
 * the other, so that a rule about all of them ("one stays") can be kept.
 */
export async function lockIdentity(client: pg.PoolClient, identityId: string): Promise<{ readonly isFrozen: boolean } | undefined> {
  const { rows } = await client.query<{ frozen: boolean }>(`SELECT frozen FROM identities WHERE identity_id = $1 AND state = 'active' FOR UPDATE`, [identityId]);
  return rows[0] && { isFrozen: rows[0].frozen };
}

/**
 * Of a device that is about to be locked or removed: another one has to stay with which the citizen can undo it.
 * @faults DEVICE_UNKNOWN, DEVICE_LAST
 */
export async function mayGoWithout(client: pg.PoolClient, registry: Pick<Registry, 'clock'>, identityId: string, deviceId: string): Promise<Result<undefined>> {
  const { rows } = await client.query<{ is_it: boolean; is_locked: boolean }>('SELECT device_id = $2 AS is_it, coalesce(locked_until > $3, false) AS is_locked FROM devices WHERE identity_id = $1', [
    identityId,
    deviceId,
    new Date(registry.clock()),
  ]);
  if (!rows.some((row) => row.is_it)) return err(deviceFaults.fault('DEVICE_UNKNOWN'));
  return rows.some((row) => !row.is_it && !row.is_locked) ? ok(undefined) : err(deviceFaults.fault('DEVICE_LAST'));
}
