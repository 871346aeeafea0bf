import type { Registry } from './registry.ts';
import { openRow } from './sealing/open-row.ts';

/** A citizen's devices, oldest first, as their account page shows them. */
export async function listDevices(registry: Pick<Registry, 'pool' | 'keyStore'>, identityId: string): Promise<readonly { readonly deviceId: string; readonly addedAt: string }[]> {
  const { rows } = await registry.pool.query<{ device_id: string; sealed: Buffer }>('SELECT device_id, sealed FROM devices WHERE identity_id = $1', [identityId]);
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) return [];
  return rows
    .map((row) => ({ deviceId: row.device_id, addedAt: openRow(keys.dataKey, { table: 'devices', identityId, rowId: row.device_id }, row.sealed).addedAt }))
    .toSorted((a, b) => a.addedAt.localeCompare(b.addedAt));
}
