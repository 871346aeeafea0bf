import type { PasskeyAnswer } from '@visavis/contract';
import { err, fromBase64Url, ok, type Result } from '@visavis/kernel';
import { consumeChallenge } from '../challenges.ts';
import { type ListedDevice, listDevices } from '../devices/list-devices.ts';
import { registryFaults } from '../faults.ts';
import type { Registry } from '../registry.ts';
import type { RelyingParty } from '../relying-party.ts';
import { openRow } from '../sealing/open-row.ts';
import { verifyAssertionOf } from '../verify-passkey-assertion.ts';
import { recoveryFaults } from './faults.ts';

/** The recovery of an identity that waits, as its holder is told of it. */
export interface WaitingRecovery {
  readonly recoveryId: string;
  readonly startedAt: string;
  readonly readyAt: string;
}

export async function findWaitingRecovery(registry: Pick<Registry, 'pool' | 'keyStore' | 'clock'>, identityId: string): Promise<WaitingRecovery | undefined> {
  const { rows } = await registry.pool.query<{ recovery_id: string; sealed: Buffer; ready_at: Date }>(
    `SELECT recovery_id, sealed, ready_at FROM recoveries WHERE identity_id = $1 AND state = 'waiting' AND expires_at > $2`,
    [identityId, new Date(registry.clock())],
  );
  const keys = rows[0] && (await registry.keyStore.read(identityId));
  if (rows[0] === undefined || keys === undefined) return undefined;
  const { checkedAt } = openRow(keys.dataKey, { table: 'recoveries', identityId, rowId: rows[0].recovery_id }, rows[0].sealed);
  return { recoveryId: rows[0].recovery_id, startedAt: checkedAt, readyAt: rows[0].ready_at.toISOString() };
}

/** The passkey that a recovery waits with. */
export interface RecoveryPasskey {
  readonly identityId: string;
  readonly recoveryId: string;
  readonly deviceId: string;
  readonly credentialId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly signCount: number;
  readonly readyAtMs: number;
}

/** @returns undefined also when the recovery was vetoed, completed or ran out: then the passkey is nobody's */
export async function findRecoveryPasskey(registry: Pick<Registry, 'pool' | 'keyStore' | 'clock'>, identityId: string, credentialId: string): Promise<RecoveryPasskey | undefined> {
  const { rows } = await registry.pool.query<{ recovery_id: string; device_id: string; sign_count: string; sealed_device: Buffer; ready_at: Date }>(
    `SELECT recovery_id, device_id, sign_count, sealed_device, ready_at FROM recoveries WHERE identity_id = $1 AND state = 'waiting' AND expires_at > $2`,
    [identityId, new Date(registry.clock())],
  );
  const row = rows[0];
  const keys = row && (await registry.keyStore.read(identityId));
  if (row === undefined || keys === undefined) return undefined;
  const passkey = openRow(keys.dataKey, { table: 'devices', identityId, rowId: row.device_id }, row.sealed_device);
  if (passkey.credentialId !== credentialId) return undefined;
  return { identityId, recoveryId: row.recovery_id, deviceId: row.device_id, credentialId, publicKey: fromBase64Url(passkey.publicKey), signCount: Number(row.sign_count), readyAtMs: row.ready_at.getTime() };
}

/**
 * Tells the holder of a recovery's passkey how far it is and, when its day is over, which devices there are to keep or
 * to remove.
 * @faults PASSKEY_CHALLENGE_EXPIRED, RECOVERY_PASSKEY_REFUSED
 */
export async function readRecovery(registry: Registry, relyingParty: RelyingParty, answer: PasskeyAnswer): Promise<Result<{ readonly readyAt: string; readonly devices: readonly ListedDevice[] | undefined }>> {
  const challenge = await consumeChallenge(registry.pool, { challengeId: answer.challengeId, purpose: 'recoveryState', subject: '', atMs: registry.clock() });
  if (challenge === undefined) return err(registryFaults.fault('PASSKEY_CHALLENGE_EXPIRED'));
  const assertion = await verifyAssertionOf((identityId, credentialId) => findRecoveryPasskey(registry, identityId, credentialId), relyingParty, challenge, answer.passkey);
  if (!assertion.ok) return err(recoveryFaults.fault('RECOVERY_PASSKEY_REFUSED'));
  const { device, signCount } = assertion.value;
  const { rowCount } = await registry.pool.query('UPDATE recoveries SET sign_count = $2 WHERE recovery_id = $1 AND (sign_count < $2 OR $2 = 0)', [device.recoveryId, signCount]);
  if (rowCount !== 1) return err(recoveryFaults.fault('RECOVERY_PASSKEY_REFUSED'));
  const isReady = device.readyAtMs <= registry.clock();
  return ok({ readyAt: new Date(device.readyAtMs).toISOString(), devices: isReady ? await listDevices(registry, device.identityId) : undefined });
}
