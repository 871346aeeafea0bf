import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readConfiguration } from '../configuration.ts';
import { openMounts } from '../open-mounts.ts';
import { onServersDatabase, runOrder } from '../operator-command.ts';
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
  const done = await onServersDatabase(
    configuration,
    async (registry) => {
      const order: ServicesOrder = verb === 'list' ? { verb } : verb === 'withdraw' ? { verb, clientId: target, by } : { verb: 'register', registration: JSON.parse(await readFile(target, 'utf8')), by, newSecret: values['new-secret'] };
      const mounts = openMounts(configuration);
      const fixed = await readServices(configuration, mounts);
      return runServicesCommand({ registry, mounts, isDemo: configuration.mode === 'demo', fixed }, order);
    },
    '; there, use VISAVIS_SERVICES_FILE',
  );
  process.stdout.write(`${JSON.stringify(done)}\n`);
}

await runOrder(main);
