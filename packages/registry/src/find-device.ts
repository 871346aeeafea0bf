import { fromBase64Url } from '@visavis/kernel';
import type pg from 'pg';
import { monthOf } from './month-of.ts';
import type { Registry } from './registry.ts';
import { openRow } from './sealing/open-row.ts';

/** A passkey as WebAuthn verification needs it. */
export interface Device {
  readonly identityId: string;
  readonly deviceId: string;
  readonly credentialId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly signCount: number;
  /** Its holder locked it for now: what it signs counts for nothing. */
  readonly isLocked: boolean;
}

/** A device as it lies in the database. */
export interface DeviceRow {
  readonly device_id: string;
  readonly sealed: Buffer;
  readonly sign_count: string;
  readonly is_locked: boolean;
}

/** The passkey with this credential id *of this identity*: another identity's credential with the same id is not it. */
export async function findDevice(registry: Pick<Registry, 'pool' | 'keyStore' | 'clock'>, identityId: string, credentialId: string): Promise<Device | undefined> {
  const { rows } = await registry.pool.query<DeviceRow>('SELECT device_id, sealed, sign_count, coalesce(locked_until > $2, false) AS is_locked FROM devices WHERE identity_id = $1', [identityId, new Date(registry.clock())]);
  return openDevice(registry, identityId, credentialId, rows);
}

/** @param rows all devices of the identity */
export async function openDevice(registry: Pick<Registry, 'keyStore'>, identityId: string, credentialId: string, rows: readonly DeviceRow[]): Promise<Device | undefined> {
  const keys = rows.length === 0 ? undefined : await registry.keyStore.read(identityId);
  if (keys === undefined) return undefined;
  for (const row of rows) {
    const content = openRow(keys.dataKey, { table: 'devices', identityId, rowId: row.device_id }, row.sealed);
    if (content.credentialId === credentialId) return { identityId, deviceId: row.device_id, credentialId, publicKey: fromBase64Url(content.publicKey), signCount: Number(row.sign_count), isLocked: row.is_locked };
  }
  return undefined;
}

/**
 * Stores the counter a passkey showed, the day, and that the identity is in use this month; nothing finer.
 * @returns false when a concurrent use already showed this counter or a higher one (WebAuthn §6.1.1; passkeys that
 * keep no counter always show 0), or the device was locked or removed meanwhile
 */
export async function recordDeviceUse(registry: Pick<Registry, 'pool' | 'clock'>, device: Device, signCount: number, queryable: Pick<pg.PoolClient, 'query'> = registry.pool): Promise<boolean> {
  const { with: used, values } = deviceUse(device, signCount, registry.clock());
  const { rowCount } = await queryable.query(`${used} SELECT 1 FROM used`, [...values]);
  return rowCount === 1;
}

/** The same as the beginning of a statement that records more: `used` has one row, or none when the use does not count. */
export function deviceUse({ identityId, deviceId }: Device, signCount: number, atMs: number): { readonly with: string; readonly values: readonly unknown[] } {
  // A passkey that keeps no counter has its row left alone.
  const used =
    signCount === 0
      ? 'SELECT identity_id, device_id FROM devices WHERE identity_id = $1 AND device_id = $2 AND (locked_until IS NULL OR locked_until <= $4) AND $3::bigint = 0'
      : 'UPDATE devices SET sign_count = $3 WHERE identity_id = $1 AND device_id = $2 AND (locked_until IS NULL OR locked_until <= $4) AND sign_count < $3 RETURNING identity_id, device_id';
  return {
    with: `WITH used AS (${used}),
       dated AS (INSERT INTO device_uses (identity_id, device_id, day) SELECT identity_id, device_id, $5::date FROM used ON CONFLICT (identity_id, device_id) DO UPDATE SET day = excluded.day WHERE device_uses.day < excluded.day),
       active AS (UPDATE identities SET active_month = $6 WHERE identity_id IN (SELECT identity_id FROM used) AND active_month < $6)`,
    values: [identityId, deviceId, signCount, new Date(atMs), dayOf(atMs), monthOf(atMs)],
  };
}

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
