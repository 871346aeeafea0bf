import type { CompleteRecovery } from '@visavis/contract';
import { err, type Fault, ok, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { consumeChallenge, readChallenge } from '../challenges.ts';
import { endSignInsUnderWay } from '../devices/sign-ins-under-way.ts';
import { documentUsability } from '../document-usability.ts';
import { registryFaults } from '../faults.ts';
import { findIdentity } from '../find-identity.ts';
import { recordIdentityEntry } from '../identity-log.ts';
import { inTransaction } from '../in-transaction.ts';
import type { IdentityKeys } from '../keys/key-store.ts';
import { monthOf } from '../month-of.ts';
import { giveNotice } from '../notices/give-notice.ts';
import { Refused } from '../refused.ts';
import type { Registry } from '../registry.ts';
import type { RelyingParty } from '../relying-party.ts';
import { openRow } from '../sealing/open-row.ts';
import { sealRow } from '../sealing/seal-row.ts';
import { documentTag } from '../uniqueness/document-tag.ts';
import { verifyAssertionOf } from '../verify-passkey-assertion.ts';
import { recoveryFaults } from './faults.ts';
import { whyNotRecoverable } from './recovery-target.ts';
import { findRecoveryPasskey, type RecoveryPasskey } from './waiting-recovery.ts';

const UNUSABLE = { expired: 'IDENTITY_DOCUMENT_EXPIRED', lostOrStolen: 'IDENTITY_DOCUMENT_REPORTED', holderDeceased: 'IDENTITY_HOLDER_DECEASED' } as const;

/** An answer counts for keeping exactly these devices. */
export const recoverySubject = (keep: readonly string[]): string => [...keep].toSorted().join('\n');

/**
 * Makes the passkey of a recovery whose day is over a device of the identity, once, and removes every other device but
 * those that the citizen keeps: sessions and sign-ins under way end, and what only removed devices could read of the
 * history is gone. The identity gets the level of the recovery's verdict, no other.
 * @param request the passkey's answer counts for exactly these kept devices
 * @returns the identity and its new device
 * @faults PASSKEY_CHALLENGE_EXPIRED, RECOVERY_PASSKEY_REFUSED, RECOVERY_WAITING, RECOVERY_FROZEN, RECOVERY_LOCKED,
 * RECOVERY_DISPUTED, IDENTITY_DOCUMENT_EXPIRED, IDENTITY_DOCUMENT_REPORTED, IDENTITY_HOLDER_DECEASED
 */
export async function completeRecovery(registry: Registry, relyingParty: RelyingParty, { answer, keep }: CompleteRecovery): Promise<Result<{ readonly identityId: string; readonly deviceId: string }>> {
  const atMs = registry.clock();
  const asked = { challengeId: answer.challengeId, purpose: 'recovery', subject: recoverySubject(keep), atMs } as const;
  const challenge = await readChallenge(registry.pool, asked);
  if (challenge === undefined) return err(registryFaults.fault('PASSKEY_CHALLENGE_EXPIRED'));
  const assertion = await verifyAssertionOf((identityId, credentialId) => findRecoveryPasskey(registry, identityId, credentialId), relyingParty, challenge, answer.passkey);
  if (!assertion.ok) return err(recoveryFaults.fault('RECOVERY_PASSKEY_REFUSED'));
  const { device, signCount } = assertion.value;
  const { identityId } = device;
  const [identity, keys] = [await findIdentity(registry, identityId), await registry.keyStore.read(identityId)];
  if (identity === undefined || keys === undefined) return err(recoveryFaults.fault('RECOVERY_PASSKEY_REFUSED'));
  const usability = await documentUsability(registry, identity.document);
  if (usability !== 'usable') return err(registryFaults.fault(UNUSABLE[usability]));
  const refusal = await inTransaction(registry.pool, async (client): Promise<Fault | undefined> => {
    if ((await consumeChallenge(client, asked)) === undefined) throw new Refused(registryFaults.fault('PASSKEY_CHALLENGE_EXPIRED'));
    const why = await whyNotRecoverable(client, registry, identityId);
    if (why !== undefined) throw new Refused(why);
    if (device.readyAtMs > atMs) throw new Refused(recoveryFaults.fault('RECOVERY_WAITING'));
    await takeOver(client, registry, { device, signCount, keep, keys, documentTag: documentTag(registry.documentTagKey, identity.document) });
    return undefined;
  }).catch((error: unknown) => {
    if (error instanceof Refused) return error.fault;
    throw error;
  });
  return refusal === undefined ? ok({ identityId, deviceId: device.deviceId }) : err(refusal);
}

interface TakeOver {
  readonly device: RecoveryPasskey;
  readonly signCount: number;
  readonly keep: readonly string[];
  readonly keys: IdentityKeys;
  readonly documentTag: Buffer;
}

async function takeOver(client: pg.PoolClient, registry: Registry, { device, signCount, keep, keys, documentTag }: TakeOver): Promise<void> {
  const { identityId, recoveryId, deviceId } = device;
  const atMs = registry.clock();
  // Of any number of answers one takes the row; and it counts for the document that was shown, while it is the identity's.
  const { rows } = await client.query<{ sealed: Buffer; sealed_device: Buffer }>(
    `DELETE FROM recoveries WHERE recovery_id = $1 AND state = 'waiting' AND ready_at <= $2 AND expires_at > $2 AND document_tag = $3 AND (sign_count < $4 OR $4 = 0) RETURNING sealed, sealed_device`,
    [recoveryId, new Date(atMs), documentTag, signCount],
  );
  const row = rows[0];
  if (row === undefined) throw new Refused(recoveryFaults.fault('RECOVERY_PASSKEY_REFUSED'));

  const removed = await client.query<{ device_id: string }>('DELETE FROM devices WHERE identity_id = $1 AND device_id <> ALL($2) RETURNING device_id', [identityId, keep]);
  const removedIds = removed.rows.map((device) => device.device_id);
  await client.query('INSERT INTO devices (identity_id, device_id, sign_count, sealed) VALUES ($1, $2, $3, $4)', [identityId, deviceId, signCount, row.sealed_device]);
  await client.query('DELETE FROM history_wraps WHERE identity_id = $1 AND opened_by = ANY($2)', [identityId, removedIds]);
  // What nobody can open any more is not kept.
  await client.query('DELETE FROM history_keys WHERE identity_id = $1 AND NOT EXISTS (SELECT 1 FROM history_wraps WHERE identity_id = $1)', [identityId]);
  await client.query('DELETE FROM sessions WHERE identity_id = $1', [identityId]);
  await client.query('DELETE FROM device_tickets WHERE identity_id = $1', [identityId]);
  await endSignInsUnderWay(client, identityId);

  const place = { table: 'identities', identityId, rowId: identityId } as const;
  const { rows: identities } = await client.query<{ sealed: Buffer }>('SELECT sealed FROM identities WHERE identity_id = $1', [identityId]);
  const recovered = openRow(keys.dataKey, { table: 'recoveries', identityId, rowId: recoveryId }, row.sealed);
  const content = { ...openRow(keys.dataKey, place, identities[0]!.sealed), ...recovered };
  await client.query('UPDATE identities SET sealed = $2, checked_month = $3, active_month = $4 WHERE identity_id = $1', [
    identityId,
    sealRow({ dataKey: keys.dataKey, random: registry.random }, place, content),
    monthOf(Date.parse(recovered.checkedAt)),
    monthOf(atMs),
  ]);
  const at = new Date(atMs).toISOString();
  const about = { identityId, keys };
  await recordIdentityEntry(client, registry, about, { kind: 'identityRecovered', at, identityId, pathway: recovered.pathway });
  await recordIdentityEntry(client, registry, about, { kind: 'deviceAdded', at, identityId, deviceId });
  for (const removedId of removedIds) await recordIdentityEntry(client, registry, about, { kind: 'deviceRevoked', at, identityId, deviceId: removedId });
  await giveNotice(client, registry, identityId, 'recoveryCompleted');
}
