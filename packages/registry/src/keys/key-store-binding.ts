import type pg from 'pg';
import type { Registry } from '../registry.ts';

/**
 * Remembers in an empty database which key store holds the keys of the identities to come, if that store is empty too.
 * Called once at each start.
 * @returns false when database and key store are not known to belong together: then nothing is ever tidied away in
 * either on the strength of what is missing in the other
 */
export async function bindKeyStore(registry: Registry): Promise<boolean> {
  const { rows } = await registry.pool.query<{ empty: boolean }>('SELECT NOT EXISTS (SELECT 1 FROM identities) AS empty');
  if (rows[0]?.empty === true && (await isEmpty(registry))) {
    await registry.pool.query('INSERT INTO key_store_binding (key_store_id) VALUES ($1) ON CONFLICT (only_row) DO NOTHING', [registry.keyStore.id]);
  }
  return keysBelongHere(registry, registry.pool);
}

/** Whether this database and this key store belong together. */
export async function keysBelongHere(registry: Pick<Registry, 'keyStore'>, queryable: Pick<pg.PoolClient, 'query'>): Promise<boolean> {
  const { rows } = await queryable.query<{ key_store_id: string }>('SELECT key_store_id FROM key_store_binding');
  return rows[0]?.key_store_id === registry.keyStore.id;
}

async function isEmpty(registry: Registry): Promise<boolean> {
  const first = await registry.keyStore.madeBefore(Number.POSITIVE_INFINITY)[Symbol.asyncIterator]().next();
  return first.done === true;
}
