import type { Registry } from './registry.ts';

/** A citizen's devices, oldest first, as their account page shows them. */
export async function listDevices(registry: Registry, identityId: string): Promise<readonly { readonly deviceId: string; readonly addedAt: string }[]> {
  const { rows } = await registry.pool.query<{ device_id: string; added_at: Date }>('SELECT device_id, added_at FROM devices WHERE identity_id = $1 ORDER BY added_at', [identityId]);
  return rows.map((row) => ({ deviceId: row.device_id, addedAt: row.added_at.toISOString() }));
}
