import { HISTORY_PAGE_ENTRIES, type HistoryKeys, type HistoryPage } from '@visavis/contract';
import { toBase64Url } from '@visavis/kernel';
import type { Registry } from '../registry.ts';

/** The public key and its wraps; `key` is left out while no history is kept. */
export async function readHistoryKeys(registry: Registry, identityId: string): Promise<HistoryKeys> {
  const { rows } = await registry.pool.query<{ public_key: Buffer }>('SELECT public_key FROM history_keys WHERE identity_id = $1', [identityId]);
  const key = rows[0];
  if (key === undefined) return { identityId };
  const wraps = await registry.pool.query<{ opened_by: string; salt: Buffer; nonce: Buffer; wrapped: Buffer }>('SELECT opened_by, salt, nonce, wrapped FROM history_wraps WHERE identity_id = $1 ORDER BY opened_by', [identityId]);
  return {
    identityId,
    key: {
      publicKey: toBase64Url(key.public_key),
      wraps: wraps.rows.map((row) => ({ kind: row.opened_by === 'recovery' ? 'recovery' : 'passkey', salt: toBase64Url(row.salt), nonce: toBase64Url(row.nonce), wrapped: toBase64Url(row.wrapped) })),
    },
  };
}

/** @param after id of the last entry of the page before; '' for the first. Ids are random, so is their order. */
export async function readHistoryPage(registry: Registry, identityId: string, after: string): Promise<HistoryPage> {
  const { rows } = await registry.pool.query<{ entry_id: string; sealed: Buffer }>('SELECT entry_id, sealed FROM history_entries WHERE identity_id = $1 AND entry_id > $2 ORDER BY entry_id LIMIT $3', [
    identityId,
    after,
    HISTORY_PAGE_ENTRIES + 1,
  ]);
  const entries = rows.slice(0, HISTORY_PAGE_ENTRIES).map((row) => ({ entryId: row.entry_id, sealed: toBase64Url(row.sealed) }));
  const last = entries.at(-1);
  return { entries, ...(rows.length > HISTORY_PAGE_ENTRIES && last !== undefined && { next: last.entryId }) };
}
