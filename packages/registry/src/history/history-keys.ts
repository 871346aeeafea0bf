import { type HistoryWrap, MAX_HISTORY_WRAPS } from '@visavis/contract';
import { err, fromBase64Url, ok, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { inTransaction } from '../in-transaction.ts';
import type { Registry } from '../registry.ts';
import { historyFaults } from './faults.ts';

/** PostgreSQL's code for a row that is already there. */
const UNIQUE_VIOLATION = '23505';

/** The wrap that the printed code opens; there is one at most, a new one takes its place. */
const BY_RECOVERY_CODE = 'recovery';

/**
 * From now on each sign-in is written down, sealed to this key. The wraps are the only way to its private half: the
 * caller makes sure by schema that there is one.
 * @param deviceId the device whose passkey just answered; a wrap of kind `passkey` is its
 * @faults HISTORY_ALREADY_ON
 */
export async function switchHistoryOn(registry: Registry, identityId: string, deviceId: string, key: { readonly publicKey: string; readonly wraps: readonly HistoryWrap[] }): Promise<Result<undefined>> {
  try {
    await inTransaction(registry.pool, async (client) => {
      await client.query('INSERT INTO history_keys (identity_id, public_key) VALUES ($1, $2)', [identityId, Buffer.from(fromBase64Url(key.publicKey))]);
      for (const wrap of key.wraps) await insertWrap(client, identityId, deviceId, wrap);
    });
  } catch (error) {
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) return err(historyFaults.fault('HISTORY_ALREADY_ON'));
    throw error;
  }
  return ok(undefined);
}

/**
 * One more way to open the history that is on.
 * @param publicKey of the key that the wrap holds: a wrap of a key that was switched off meanwhile opens nothing
 * @faults HISTORY_OFF, HISTORY_TOO_MANY_WAYS
 */
export async function addHistoryWrap(registry: Registry, identityId: string, deviceId: string, added: { readonly publicKey: string; readonly wrap: HistoryWrap }): Promise<Result<undefined>> {
  return inTransaction(registry.pool, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM history_keys WHERE identity_id = $1 AND public_key = $2 FOR UPDATE', [identityId, Buffer.from(fromBase64Url(added.publicKey))]);
    if (rowCount === 0) return err(historyFaults.fault('HISTORY_OFF'));
    const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM history_wraps WHERE identity_id = $1', [identityId]);
    if (Number(rows[0]?.count) >= MAX_HISTORY_WRAPS) return err(historyFaults.fault('HISTORY_TOO_MANY_WAYS'));
    await insertWrap(client, identityId, deviceId, added.wrap);
    return ok(undefined);
  });
}

/** Key, wraps and entries: nothing is left of it. */
export async function switchHistoryOff(registry: Registry, identityId: string): Promise<void> {
  await registry.pool.query('DELETE FROM history_keys WHERE identity_id = $1', [identityId]);
}

async function insertWrap(client: pg.PoolClient, identityId: string, deviceId: string, wrap: HistoryWrap): Promise<void> {
  await client.query(
    `INSERT INTO history_wraps (identity_id, opened_by, salt, nonce, wrapped) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (identity_id, opened_by) DO UPDATE SET salt = excluded.salt, nonce = excluded.nonce, wrapped = excluded.wrapped`,
    [identityId, wrap.kind === 'recovery' ? BY_RECOVERY_CODE : deviceId, ...[wrap.salt, wrap.nonce, wrap.wrapped].map((bytes) => Buffer.from(fromBase64Url(bytes)))],
  );
}
