import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface RunningProcess {
  readonly pid: number;
  readonly url: string;
  /** Resolves when the process is gone, whoever ended it. */
  readonly gone: Promise<void>;
  /** SIGTERM, and SIGKILL after ten seconds. */
  stop(): Promise<void>;
  /** SIGKILL at once: what a power cut does. */
  kill(): Promise<void>;
}

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 10_000;
/** Last words of a process that did not come up; ours log codes only, never personal data. */
const MAX_LAST_WORDS = 4000;

/**
 * Starts one of our Node processes and waits for its `{"ready":true,"url":…}` line.
 * @param environment the whole environment of the process: nothing is inherited but PATH and HOME
 * @param logFile where everything that it writes out is kept, as an operator would
 * @throws when it ends or stays silent instead, with its last words
 */
export async function startProcess(o: { readonly entry: string; readonly environment: Readonly<Record<string, string>>; readonly cwd: string; readonly logFile?: string | undefined }): Promise<RunningProcess> {
  const child: ChildProcess = spawn(process.execPath, [o.entry], {
    cwd: o.cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...o.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { logFile } = o;
  if (logFile !== undefined) for (const output of [child.stdout!, child.stderr!]) output.on('data', (chunk: Buffer | string) => appendFileSync(logFile, chunk));
  let lastWords = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-MAX_LAST_WORDS);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const lines = createInterface({ input: child.stdout! });
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const hardEnd = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(hardEnd);
  };
  let timer: NodeJS.Timeout | undefined;
  const url = await Promise.race([
    new Promise<string>((resolve) => lines.on('line', (line) => {
      const address = readyUrl(line);
      if (address !== undefined) resolve(address);
    })),
    gone.then(() => undefined),
    new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), READY_TIMEOUT_MS);
    }),
  ]);
  clearTimeout(timer);
  if (url === undefined) {
    await end('SIGKILL');
    throw new Error(`${o.entry} did not start:\n${lastWords}`);
  }
  return { pid: child.pid!, url, gone, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

function readyUrl(line: string): string | undefined {
  try {
    const ready = JSON.parse(line) as { readonly ready?: unknown; readonly url?: unknown };
    return ready.ready === true && typeof ready.url === 'string' ? ready.url : undefined;
  } catch {
    return undefined;
  }
}
