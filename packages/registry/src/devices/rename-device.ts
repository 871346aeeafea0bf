import { err, ok, type Result } from '@visavis/kernel';
import { inTransaction } from '../in-transaction.ts';
import type { Registry } from '../registry.ts';
import { openRow } from '../sealing/open-row.ts';
import { sealRow } from '../sealing/seal-row.ts';
import { deviceFaults } from './faults.ts';

/**
 * Gives a device the name that its holder wants to see.
 * @param name as the contract's `deviceName` parsed it
 * @faults DEVICE_UNKNOWN
 */
export async function renameDevice(registry: Registry, identityId: string, deviceId: string, name: string): Promise<Result<undefined>> {
  const keys = await registry.keyStore.read(identityId);
  const place = { table: 'devices', identityId, rowId: deviceId } as const;
  return inTransaction(registry.pool, async (client) => {
    const { rows } = await client.query<{ sealed: Buffer }>('SELECT sealed FROM devices WHERE identity_id = $1 AND device_id = $2 FOR UPDATE', [identityId, deviceId]);
    if (rows[0] === undefined || keys === undefined) return err(deviceFaults.fault('DEVICE_UNKNOWN'));
    const sealed = sealRow({ dataKey: keys.dataKey, random: registry.random }, place, { ...openRow(keys.dataKey, place, rows[0].sealed), name });
    await client.query('UPDATE devices SET sealed = $3 WHERE identity_id = $1 AND device_id = $2', [identityId, deviceId, sealed]);
    return ok(undefined);
  });
}
