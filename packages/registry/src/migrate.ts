import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import { inTransaction } from './in-transaction.ts';

const folder = new URL('migrations/', import.meta.url);

/** PostgreSQL's codes when two processes create one table at one time: unique violation, duplicate table, duplicate type. */
const CREATED_MEANWHILE = new Set(['23505', '42P07', '42710']);

/**
 * Brings a database to this version's schema: every `migrations/NNNN-*.sql` in order, each once, all in one
 * transaction. The same files serve the embedded database and `DATABASE_URL`; several servers may start at once.
 * Throws when a migration that already ran has been edited since: the schema is then not what the code believes.
 * @returns the names of the migrations that ran now
 */
export async function migrate(pool: pg.Pool): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  try {
    await pool.query('CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, sha256 text NOT NULL)');
  } catch (error) {
    if (!CREATED_MEANWHILE.has((error as { code?: string }).code ?? '')) throw error;
  }
  return inTransaction(pool, async (client) => {
    await client.query('LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE');
    const { rows } = await client.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM schema_migrations');
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    const ran: string[] = [];
    for (const name of names) {
      const sql = await readFile(new URL(name, folder), 'utf8');
      const sha256 = createHash('sha256').update(sql).digest('hex');
      if (applied.get(name) === sha256) continue;
      if (applied.has(name)) throw new Error(`migration ${name} was edited after it ran`);
      await client.query(sql);
      await client.query('INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)', [name, sha256]);
      ran.push(name);
    }
    return ran;
  });
}
