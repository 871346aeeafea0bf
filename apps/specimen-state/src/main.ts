import { randomBytes } from 'node:crypto';
import { readConfiguration } from './configuration.ts';
import { createSpecimenServer } from './specimen-server.ts';

/** The made-up state, for demos and tests. Prints one line of JSON when it can be reached: `{"ready":true,"url":…}`. */
async function main(): Promise<void> {
  const configuration = readConfiguration(process.env, process.argv.slice(2));
  const server = await createSpecimenServer({ ...configuration, clock: Date.now, random: (n) => randomBytes(n) });
  const stop = (): void => {
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const url = await server.listen({ host: configuration.host, port: configuration.port });
  process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
