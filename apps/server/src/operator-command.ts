import { randomBytes } from 'node:crypto';
import { migrate, type Registry } from '@visavis/registry';
import type { ServerConfiguration } from './configuration.ts';
import { openPool } from './open-pool.ts';

/** Runs what an operator ordered on the command line; what it throws is said in its own words, and the program ends with 1. */
export async function runOrder(order: () => Promise<void>): Promise<void> {
  try {
    await order();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/**
 * Works on the servers' database, while they run.
 * @param instead what there is where the database is an embedded one
 * @throws where it is: that one belongs to its server alone
 */
export async function onServersDatabase<T>({ databaseUrl }: Pick<ServerConfiguration, 'databaseUrl'>, work: (registry: Pick<Registry, 'pool' | 'clock' | 'random'>) => Promise<T>, instead = ''): Promise<T> {
  if (databaseUrl === undefined) throw new Error(`DATABASE_URL is needed: an embedded database belongs to its server alone${instead}`);
  const pool = openPool({ connectionString: databaseUrl }, () => undefined);
  try {
    await migrate(pool);
    return await work({ pool, clock: () => Date.now(), random: (n) => new Uint8Array(randomBytes(n)) });
  } finally {
    await pool.end();
  }
}
