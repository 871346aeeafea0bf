import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '../system/start-system.ts';

/** Several times what it takes with the largest population. */
const TIMEOUT_MS = 30 * 60_000;

/**
 * Whole sign-ins of our server on PostgreSQL beside those of a bare provider in memory, and how long one takes as the
 * population grows to `n`. Linux only: CPU is read from /proc.
 */
export async function benchSignIn(n: number, progress: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  progress('citizens are enrolled first, then databases are filled: minutes');
  const child = spawn(process.execPath, [join(repositoryRoot, 'apps/server/test/sign-in-benchmark/main.ts'), String(n)], { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'inherit'], timeout: TIMEOUT_MS });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`the benchmark of sign-ins ended with ${status}`);
  // Other programs may have said something before; the figures are the last line.
  return JSON.parse(output.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
}
