import { err, ok, type Result } from '@visavis/kernel';
import { recordIdentityEntry } from '../identity-log.ts';
import { inTransaction } from '../in-transaction.ts';
import { giveNotice } from '../notices/give-notice.ts';
import type { Registry } from '../registry.ts';
import { endSessionsOfDevice } from '../sessions.ts';
import { deviceFaults } from './faults.ts';
import { lockIdentity, mayGoWithout } from './lock-identity.ts';
import { endSignInsUnderWay } from './sign-ins-under-way.ts';

/**
 * Takes a device out of an identity, with the sessions that its passkey opened and its way into the history. A history
 * that nothing opens any more is deleted: nobody could read it. Which sign-ins at services were this device's is not
 * known, so all that are under way end. The caller then ends the provider's sessions.
 * @faults DEVICE_UNKNOWN, DEVICE_LAST
 */
export async function removeDevice(registry: Registry, identityId: string, deviceId: string): Promise<Result<undefined>> {
  const keys = await registry.keyStore.read(identityId);
  return inTransaction(registry.pool, async (client) => {
    if ((await lockIdentity(client, identityId)) === undefined || keys === undefined) return err(deviceFaults.fault('DEVICE_UNKNOWN'));
    const may = await mayGoWithout(client, registry, identityId, deviceId);
    if (!may.ok) return may;
    await client.query('DELETE FROM devices WHERE identity_id = $1 AND device_id = $2', [identityId, deviceId]);
    await endSessionsOfDevice(client, identityId, deviceId);
    await endSignInsUnderWay(client, identityId);
    const { rowCount } = await client.query('DELETE FROM history_wraps WHERE identity_id = $1 AND opened_by = $2', [identityId, deviceId]);
    if (rowCount === 1) await client.query('DELETE FROM history_keys WHERE identity_id = $1 AND NOT EXISTS (SELECT 1 FROM history_wraps WHERE identity_id = $1)', [identityId]);
    await recordIdentityEntry(client, registry, { identityId, keys }, { kind: 'deviceRevoked', at: new Date(registry.clock()).toISOString(), identityId, deviceId });
    await giveNotice(client, registry, identityId, 'deviceRemoved');
    return ok(undefined);
  });
}
