import type pg from 'pg';

/** What PostgreSQL must be set to for a commit to be on disk when it says so. `remote_apply` and the like ask for more than `on`. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  fsync: ['on'],
  full_page_writes: ['on'],
  synchronous_commit: ['on', 'remote_write', 'remote_apply'],
};

/** Throws, naming the setting, when this database may lose what it acknowledged. A disk that lies about its cache is beyond this check. */
export async function checkDurability(pool: pg.Pool): Promise<void> {
  for (const [setting, accepted] of Object.entries(NEEDED)) {
    const { rows } = await pool.query<{ value: string }>('SELECT current_setting($1) AS value', [setting]);
    if (!accepted.includes(rows[0]!.value)) throw new Error(`the database must be set to ${setting} = ${accepted[0]}: entries of the transparency log may not be acknowledged before they are on disk`);
  }
}
