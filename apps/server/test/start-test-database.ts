import { mkdtemp, rm } from 'node:fs/promises';
import { migrate } from '@visavis/registry';
import type pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';
import { openPool } from '../src/open-pool.ts';

export interface TestDatabase {
  readonly dataDir: string;
  readonly postgres: EmbeddedPostgres;
  readonly pool: pg.Pool;
  stop(): Promise<void>;
}

/** A real PostgreSQL of the test's own with today's schema, and nothing left of it afterwards. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp('/var/tmp/visavis-test-pg-');
  const postgres = await startEmbeddedPostgres({ dataDir, onCrash: () => undefined });
  const pool = openPool(postgres.connection, () => undefined);
  await migrate(pool);
  return {
    dataDir,
    postgres,
    pool,
    async stop() {
      await pool.end();
      await postgres.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}
