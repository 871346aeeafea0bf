import { createHash } from 'node:crypto';
import { encodeHistoryEntry, type HistoryEntry, historyEntryInfo } from '@visavis/contract';
import { toBase64Url, utf8 } from '@visavis/kernel';
import type { Registry } from '../registry.ts';
import { sealToKey } from '../sealing/seal-to-key.ts';

/** Several sign-ins a day for as long as entries live. Beyond it, one of the oldest month goes for each new one. */
const MAX_ENTRIES = 2000;

/**
 * Writes one sign-in into the citizen's own history, sealed to their key. What stays with the server is a random id and
 * the month.
 * @param key of the history as it was looked at; when it was switched off meanwhile, nothing is written
 * @param uid of the sign-in: the same one is written once, however often its page is reloaded
 */
export async function recordSignIn(registry: Registry, identityId: string, key: Buffer, uid: string, signIn: Omit<HistoryEntry, 'at'>): Promise<void> {
  const at = new Date(registry.clock()).toISOString();
  // The uid is random and its sign-in forgotten within minutes: its hash tells nobody anything afterwards.
  const entryId = toBase64Url(createHash('sha256').update(`visavis history entry id\n${uid}`).digest().subarray(0, 16));
  const sealed = await sealToKey(key, encodeHistoryEntry({ at, ...signIn }), { info: historyEntryInfo(identityId), aad: utf8(entryId) });
  await registry.pool.query(
    `INSERT INTO history_entries (identity_id, entry_id, month, sealed) SELECT identity_id, $2, $3, $4 FROM history_keys WHERE identity_id = $1 AND public_key = $5 FOR KEY SHARE
     ON CONFLICT (identity_id, entry_id) DO NOTHING`,
    [identityId, entryId, `${at.slice(0, 7)}-01`, Buffer.from(sealed), key],
  );
  await registry.pool.query(
    `DELETE FROM history_entries WHERE identity_id = $1 AND entry_id IN (SELECT entry_id FROM history_entries WHERE identity_id = $1 ORDER BY month DESC, entry_id OFFSET $2)`,
    [identityId, MAX_ENTRIES],
  );
}
