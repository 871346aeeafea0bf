import { createHmac } from 'node:crypto';
import type { LogEntry, LogOpening } from '@visavis/contract';
import { fromBase64Url, toBase64Url } from '@visavis/kernel';
import type pg from 'pg';
import type { IdentityKeys } from './keys/key-store.ts';
import { newRandomId } from './new-random-id.ts';
import type { Registry } from './registry.ts';
import { openRow } from './sealing/open-row.ts';
import { sealRow } from './sealing/seal-row.ts';

const NONCE_BYTES = 16;

/**
 * Appends an entry about an identity to the transparency log, in the caller's transaction. The salt is made from the
 * identity's salt key: when the key store has forgotten that, nobody can say what the entry was, and the log's tree
 * stands as it stood.
 */
export async function recordIdentityEntry(client: pg.PoolClient, registry: Registry, identity: { readonly identityId: string; readonly keys: IdentityKeys }, entry: LogEntry): Promise<void> {
  const { identityId, keys } = identity;
  const nonce = registry.random(NONCE_BYTES);
  const { text } = await registry.log.appendWith(client, entry, saltOf(keys, nonce));
  const rowId = newRandomId(registry.random);
  await client.query('INSERT INTO identity_log (identity_id, opening_id, sealed) VALUES ($1, $2, $3)', [
    identityId,
    rowId,
    sealRow({ dataKey: keys.dataKey, random: registry.random }, { table: 'identity_log', identityId, rowId }, { nonce: toBase64Url(nonce), text }),
  ]);
}

/** What the log says about an identity, oldest first: salts and texts, with which anybody can be shown the entries. */
export async function listIdentityLog(registry: Pick<Registry, 'pool' | 'keyStore'>, identityId: string): Promise<readonly LogOpening[]> {
  const { rows } = await registry.pool.query<{ opening_id: string; sealed: Buffer }>('SELECT opening_id, sealed FROM identity_log WHERE identity_id = $1', [identityId]);
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) return [];
  return rows
    .map((row) => openRow(keys.dataKey, { table: 'identity_log', identityId, rowId: row.opening_id }, row.sealed))
    .map(({ nonce, text }) => ({ opening: { salt: toBase64Url(saltOf(keys, fromBase64Url(nonce))), text }, at: (JSON.parse(text) as LogEntry).at }))
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .map(({ opening }) => opening);
}

const saltOf = (keys: IdentityKeys, nonce: Uint8Array): Buffer => createHmac('sha256', keys.saltKey).update('visavis log salt v1').update(nonce).digest();
