import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { migrate } from '@visavis/registry';
import { readConfiguration } from '../configuration.ts';
import { openMounts } from '../open-mounts.ts';
import { openPool } from '../open-pool.ts';
import { readServices } from '../read-input-files.ts';
import { runServicesCommand, type ServicesOrder } from './services-command.ts';

const USAGE = `for the operator, with the server's own settings:
  register FILE --by NAME [--new-secret]   registers the service in a JSON file, or changes it
  withdraw CLIENT_ID --by NAME             it signs nobody in any more
  list`;

/** Registers, changes and withdraws services while servers run, and prints what came of it. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { by: { type: 'string' }, 'new-secret': { type: 'boolean', default: false } } });
  const [verb, target = '', ...rest] = positionals;
  const by = values.by ?? '';
  if (rest.length > 0 || !['register', 'withdraw', 'list'].includes(verb ?? '')) throw new Error(USAGE);
  const configuration = readConfiguration(process.env, false);
  if (configuration.databaseUrl === undefined) throw new Error('DATABASE_URL is needed: an embedded database belongs to its server alone; there, use VISAVIS_SERVICES_FILE');
  const order: ServicesOrder = verb === 'list' ? { verb } : verb === 'withdraw' ? { verb, clientId: target, by } : { verb: 'register', registration: JSON.parse(await readFile(target, 'utf8')), by, newSecret: values['new-secret'] };
  const mounts = openMounts(configuration);
  const fixed = await readServices(configuration, mounts);
  const pool = openPool({ connectionString: configuration.databaseUrl }, () => undefined);
  try {
    await migrate(pool);
    const registry = { pool, clock: () => Date.now(), random: (n: number) => new Uint8Array(randomBytes(n)) };
    process.stdout.write(`${JSON.stringify(await runServicesCommand({ registry, mounts, isDemo: configuration.mode === 'demo', fixed }, order))}\n`);
  } finally {
    await pool.end();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
