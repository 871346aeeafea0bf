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
}

/** The passkey with this credential id *of this identity*: another identity's credential with the same id is not it. */
export async function findDevice(registry: Pick<Registry, 'pool' | 'keyStore'>, identityId: string, credentialId: string): Promise<Device | undefined> {
  const { rows } = await registry.pool.query<{ device_id: string; sealed: Buffer; sign_count: string }>('SELECT device_id, sealed, sign_count FROM devices WHERE identity_id = $1', [identityId]);
  const keys = rows.length === 0 ? undefined : await registry.keyStore.read(identityId);
  if (keys === undefined) return undefined;
  for (const row of rows) {
    const content = openRow(keys.dataKey, { table: 'devices', identityId, rowId: row.device_id }, row.sealed);
    if (content.credentialId === credentialId) return { identityId, deviceId: row.device_id, credentialId, publicKey: fromBase64Url(content.publicKey), signCount: Number(row.sign_count) };
  }
  return undefined;
}

/**
 * Stores the counter a passkey showed, and that the identity is in use this month.
 * @returns false when a concurrent use already showed this counter or a higher one (WebAuthn §6.1.1); passkeys that
 * keep no counter always show 0
 */
export async function recordDeviceUse(registry: Pick<Registry, 'pool' | 'clock'>, device: Device, signCount: number, queryable: Pick<pg.PoolClient, 'query'> = registry.pool): Promise<boolean> {
  // Passkeys that keep no counter leave no trace of each use: their row is written only when the month changes.
  const { rowCount } =
    signCount === 0
      ? await queryable.query('SELECT 1 FROM devices WHERE identity_id = $1 AND device_id = $2', [device.identityId, device.deviceId])
      : await queryable.query('UPDATE devices SET sign_count = $3 WHERE identity_id = $1 AND device_id = $2 AND sign_count < $3', [device.identityId, device.deviceId, signCount]);
  if (rowCount !== 1) return false;
  await queryable.query('UPDATE identities SET active_month = $2 WHERE identity_id = $1 AND active_month < $2', [device.identityId, monthOf(registry.clock())]);
  return true;
}
