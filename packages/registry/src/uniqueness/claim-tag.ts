import type pg from 'pg';
import { keysBelongHere } from '../keys/key-store-binding.ts';
import type { Registry } from '../registry.ts';

/** Each try removes one identity that is no more; nobody has many. */
const MOST_TRIES = 4;

/** Tables whose first column is a keyed tag that one living identity may hold. */
const TAG_COLUMNS = { document_tags: 'document_tag', person_tags: 'person_tag' } as const;

/**
 * Takes a tag for an identity, in the caller's transaction: of any number of concurrent callers one gets it. A holder
 * whose keys are no more was erased and came back with a restored database: it gives way.
 * @returns false when another living identity holds the tag
 */
export async function claimTag(client: pg.PoolClient, registry: Registry, table: keyof typeof TAG_COLUMNS, tag: Buffer, identityId: string): Promise<boolean> {
  const column = TAG_COLUMNS[table];
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const claimed = await client.query(`INSERT INTO ${table} (${column}, identity_id) VALUES ($1, $2) ON CONFLICT (${column}) DO NOTHING`, [tag, identityId]);
    if (claimed.rowCount === 1) return true;
    const { rows } = await client.query<{ identity_id: string; state: string }>(`SELECT identity_id, state FROM ${table} JOIN identities USING (identity_id) WHERE ${column} = $1`, [tag]);
    const holder = rows[0]?.identity_id;
    if (holder === identityId) return true;
    if (holder === undefined) continue;
    // An erasure under way is finished by whoever began it, or by the purge: it owes the log an entry.
    if (rows[0]?.state !== 'active' || !(await keysBelongHere(registry, client)) || (await registry.keyStore.read(holder)) !== undefined) return false;
    await client.query('DELETE FROM identities WHERE identity_id = $1', [holder]);
  }
  return false;
}
