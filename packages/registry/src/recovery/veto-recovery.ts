import { err, ok, type Result } from '@visavis/kernel';
import { lockIdentity } from '../devices/lock-identity.ts';
import { inTransaction } from '../in-transaction.ts';
import { giveNotice } from '../notices/give-notice.ts';
import type { Registry } from '../registry.ts';
import { recoveryFaults } from './faults.ts';

/** How long a veto is remembered: two within it are a dispute. */
const VETO_REMEMBERED_MS = 30 * 24 * 3600 * 1000;

/**
 * Ends a recovery that waits, for good: its passkey is forgotten. The caller has a fresh answer of a device of the
 * identity, made for vetoing exactly this recovery.
 * @faults RECOVERY_OVER when it is not there any more, or another identity's
 */
export async function vetoRecovery(registry: Registry, identityId: string, recoveryId: string): Promise<Result<undefined>> {
  const at = new Date(registry.clock());
  return inTransaction(registry.pool, async (client) => {
    // In the order of a completion, which then decides or is decided.
    if ((await lockIdentity(client, identityId)) === undefined) return err(recoveryFaults.fault('RECOVERY_OVER'));
    const { rowCount } = await client.query(
      `UPDATE recoveries SET state = 'vetoed', document_tag = NULL, device_id = NULL, sign_count = NULL, sealed_device = NULL, sealed = NULL, expires_at = $4
       WHERE recovery_id = $1 AND identity_id = $2 AND state = 'waiting' AND expires_at > $3`,
      [recoveryId, identityId, at, new Date(at.getTime() + VETO_REMEMBERED_MS)],
    );
    if (rowCount !== 1) return err(recoveryFaults.fault('RECOVERY_OVER'));
    await giveNotice(client, registry, identityId, 'recoveryVetoed');
    return ok(undefined);
  });
}
