import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../system/start-system.ts';

/** Ten times what the goal's rate needs. */
const TIMEOUT_MS = 600_000;
/** Of util-linux; a machine may be without. */
const BIND_TO_CORE = 'taskset';

/**
 * `n` entries appended to the transparency log by many callers at once, each of whom gets a proof; database, signer and
 * sequencer share one processor core where the machine lets a process be bound to one.
 */
export async function benchLog(n: number, progress: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const program = [process.execPath, join(repositoryRoot, 'apps/server/src/append-benchmark/main.ts'), String(n)];
  const core = spawnSync(BIND_TO_CORE, ['-V']).status === 0 ? firstCore() : undefined;
  progress(core === undefined ? 'no taskset here: not bound to one core' : `bound to core ${core}`);
  const [command = '', ...args] = core === undefined ? program : [BIND_TO_CORE, '-c', String(core), ...program];
  const child = spawn(command, args, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'inherit'], timeout: TIMEOUT_MS });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`the log's benchmark ended with ${status}`);
  return { ...(JSON.parse(output) as Record<string, unknown>), cores: core === undefined ? 'all' : 1 };
}

/** The first that this process may use. */
function firstCore(): number | undefined {
  const allowed = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return allowed === undefined ? undefined : Number(allowed);
}
