import { inTransaction } from '../in-transaction.ts';
import { giveNotice } from '../notices/give-notice.ts';
import type { Registry } from '../registry.ts';
import { hashOfSession } from '../sessions.ts';
import { revokeSharedProofsOf } from '../shared-proofs/revoke-proofs.ts';
import { lockIdentity } from './lock-identity.ts';
import { endSignInsUnderWay } from './sign-ins-under-way.ts';

/**
 * Stops a whole identity: in one transaction nobody can sign in with it any more, what was begun is void, codes and
 * tokens are dead, a device on its way in is turned away, open proofs are taken back, and its account is closed everywhere else. Freezing what is
 * frozen does the same once more. The caller then ends the provider's sessions, which tells services.
 *
 * A renewal leaves it frozen, and nobody enrols beside it: the document's and the person's tags stay taken.
 * @param keptSession token of the session that asks, which goes on; undefined at a counter
 * @returns false when there is no such identity
 */
export async function freezeIdentity(registry: Registry, identityId: string, keptSession: string | undefined): Promise<boolean> {
  return inTransaction(registry.pool, async (client) => {
    if ((await lockIdentity(client, identityId)) === undefined) return false;
    await client.query('UPDATE identities SET frozen = true WHERE identity_id = $1', [identityId]);
    await endSignInsUnderWay(client, identityId);
    await client.query('DELETE FROM device_tickets WHERE identity_id = $1', [identityId]);
    await revokeSharedProofsOf(client, registry, identityId);
    await client.query('DELETE FROM sessions WHERE identity_id = $1 AND token_hash IS DISTINCT FROM $2', [identityId, keptSession === undefined ? null : hashOfSession(keptSession)]);
    await giveNotice(client, registry, identityId, 'identityFrozen');
    return true;
  });
}

/**
 * Lifts the freeze. The caller has a fresh answer of an unlocked device, or an agent who saw the person.
 * @returns false when there is no such identity
 */
export async function unfreezeIdentity(registry: Registry, identityId: string): Promise<boolean> {
  return inTransaction(registry.pool, async (client) => {
    if ((await lockIdentity(client, identityId)) === undefined) return false;
    // What a sign-in that was past its last check may have left while the freeze was written does not wake up.
    await endSignInsUnderWay(client, identityId);
    await client.query('UPDATE identities SET frozen = false WHERE identity_id = $1', [identityId]);
    await giveNotice(client, registry, identityId, 'identityUnfrozen');
    return true;
  });
}
