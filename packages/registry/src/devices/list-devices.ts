import type { Registry } from '../registry.ts';
import { openRow } from '../sealing/open-row.ts';
import { type LockEnd, lockEnd } from './method-locks.ts';

/** A device as its holder sees it. */
export interface ListedDevice {
  readonly deviceId: string;
  readonly name: string | undefined;
  readonly addedAt: string;
  /** `YYYY-MM-DD`; undefined when it was not used in the days that are remembered. */
  readonly lastUsedOn: string | undefined;
  /** While it is locked. */
  readonly lockedUntil: LockEnd | undefined;
}

/** A citizen's devices, oldest first. */
export async function listDevices(registry: Pick<Registry, 'pool' | 'keyStore' | 'clock'>, identityId: string): Promise<readonly ListedDevice[]> {
  const { rows } = await registry.pool.query<{ device_id: string; sealed: Buffer; day: string | null; locked_until: Date | number | null }>(
    `SELECT device_id, sealed, to_char(day, 'YYYY-MM-DD') AS day, CASE WHEN locked_until > $2 THEN locked_until END AS locked_until FROM devices LEFT JOIN device_uses USING (identity_id, device_id) WHERE identity_id = $1`,
    [identityId, new Date(registry.clock())],
  );
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) return [];
  return rows
    .map((row) => {
      const { addedAt, name } = openRow(keys.dataKey, { table: 'devices', identityId, rowId: row.device_id }, row.sealed);
      return { deviceId: row.device_id, name, addedAt, lastUsedOn: row.day ?? undefined, lockedUntil: row.locked_until === null ? undefined : lockEnd(row.locked_until) };
    })
    .toSorted((a, b) => a.addedAt.localeCompare(b.addedAt));
}
