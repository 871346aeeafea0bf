import type { Registry } from './registry.ts';

/** A passkey as WebAuthn verification needs it. */
export interface Device {
  readonly identityId: string;
  readonly deviceId: string;
  readonly credentialId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly signCount: number;
}

/** The passkey with this credential id *of this identity*: another identity's credential with the same id is not it. */
export async function findDevice(registry: Registry, identityId: string, credentialId: string): Promise<Device | undefined> {
  const { rows } = await registry.pool.query<{ device_id: string; public_key: Buffer; sign_count: string }>(
    'SELECT device_id, public_key, sign_count FROM devices WHERE identity_id = $1 AND credential_id = $2',
    [identityId, credentialId],
  );
  const row = rows[0];
  return row && { identityId, deviceId: row.device_id, credentialId, publicKey: new Uint8Array(row.public_key), signCount: Number(row.sign_count) };
}

/**
 * Stores the counter a passkey showed.
 * @returns false when a concurrent use already showed this counter or a higher one (WebAuthn §6.1.1); passkeys that
 * keep no counter always show 0
 */
export async function recordDeviceUse(registry: Registry, device: Device, signCount: number): Promise<boolean> {
  const { rowCount } = await registry.pool.query('UPDATE devices SET sign_count = $3 WHERE identity_id = $1 AND device_id = $2 AND (sign_count < $3 OR $3 = 0)', [
    device.identityId,
    device.deviceId,
    signCount,
  ]);
  return rowCount === 1;
}
