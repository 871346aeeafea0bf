import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A service in another language, whose browser the test plays. */
export interface ServiceProcess {
  /** Its next line. Rejects with what it wrote to its error stream when it ended instead. */
  says(): Promise<Record<string, unknown>>;
  hears(line: Readonly<Record<string, unknown>>): void;
  end(): Promise<void>;
}

export function startServiceProcess(interpreter: string, script: string, settings: Readonly<Record<string, string>>): ServiceProcess {
  const child = spawn(interpreter, [path.join(import.meta.dirname, script)], { env: { PATH: '/usr/bin:/bin', ...settings }, stdio: 'pipe' });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('utf8');
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async says() {
      const next = await lines.next();
      if (next.done !== true) return JSON.parse(next.value) as Record<string, unknown>;
      await ended;
      throw new Error(complaint);
    },
    hears: (line) => void child.stdin.write(`${JSON.stringify(line)}\n`),
    async end() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
