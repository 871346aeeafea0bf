import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '../system/start-system.ts';

/** The product's server alone, configured by the `VISAVIS_*` variables of `apps/server/src/configuration.ts`. Exit status is the server's. */
export function runServer(): Promise<number> {
  const server = spawn(process.execPath, [join(repositoryRoot, 'apps/server/src/main.ts')], { stdio: 'inherit' });
  // Ctrl-C reaches the server by itself, as one of the terminal's processes; SIGTERM is passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => server.kill('SIGTERM'));
  return new Promise((resolve) => server.once('exit', (code) => resolve(code ?? 1)));
}
