/**
 * A cell gone bad, for the test of the walls: tries what a cell must not be able to do and tells what happened.
 * Started with the same command as a real cell, and without walls as the positive control.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** What the test tells it: a port of this machine, another process, a file that is not its business, a folder to write to. */
const [what, port, victim, secretFile, folder] = process.argv.slice(2);

/** Each attempt: `done`, or the error code that stopped it. */
export interface BreakOut {
  readonly connect: string;
  readonly listen: string;
  readonly startProcess: string;
  readonly writeThere: string;
  /** In any of the places where a Linux process usually can. */
  readonly writeAnywhere: string;
  readonly readFile: string;
  readonly readSources: string;
  readonly readPasswords: string;
  readonly readOthersMemory: string;
  /** Other processes that it sees. */
  readonly others: boolean;
  /** Names of devices, but for the empty one. */
  readonly devices: boolean;
}

const USUALLY_WRITABLE = ['/tmp', '/var/tmp', '/dev/shm', '/run', '/dev', '/mnt', '.', '/'];

function attempt(act: () => unknown): string {
  try {
    act();
    return 'done';
  } catch (refusal) {
    return (refusal as NodeJS.ErrnoException).code ?? 'refused';
  }
}

function write(place: string): void {
  writeFileSync(`${place}/visavis-break-out`, 'x');
  rmSync(`${place}/visavis-break-out`);
}

/** The first readable page of another process, as a debugger reads it. */
function readMemory(pid: string): void {
  const start = /^([0-9a-f]+)-[0-9a-f]+ r/m.exec(readFileSync(`/proc/${pid}/maps`, 'utf8'))![1]!;
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    readSync(memory, new Uint8Array(64), 0, 64, BigInt(`0x${start}`));
  } finally {
    closeSync(memory);
  }
}

const socketError = (open: (done: (how: string) => void) => void): Promise<string> => new Promise((resolve) => open(resolve));

async function tryAll(): Promise<BreakOut> {
  return {
    connect: await socketError((done) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.once('connect', () => done('done'));
      socket.once('error', (refusal: NodeJS.ErrnoException) => done(refusal.code ?? 'refused'));
    }),
    listen: await socketError((done) => {
      const server = createServer().listen(0, '127.0.0.1');
      server.once('listening', () => server.close(() => done('done')));
      server.once('error', (refusal: NodeJS.ErrnoException) => done(refusal.code ?? 'refused'));
    }),
    startProcess: attempt(() => {
      const { error } = spawnSync(process.execPath, ['--version']);
      if (error !== undefined) throw error;
    }),
    writeThere: attempt(() => write(folder!)),
    writeAnywhere: USUALLY_WRITABLE.some((place) => attempt(() => write(place)) === 'done') ? 'done' : 'nowhere',
    readFile: attempt(() => readFileSync(secretFile!)),
    readSources: attempt(() => readdirSync(`${import.meta.dirname.replace(/\/(\.state|packages)\/.*$/, '')}/packages`)),
    readPasswords: attempt(() => readFileSync('/etc/passwd')),
    readOthersMemory: attempt(() => readMemory(victim!)),
    others: readdirSync('/proc').some((name) => /^\d+$/.test(name) && name !== String(process.pid)),
    devices: readdirSync('/dev').some((name) => name !== 'null'),
  };
}

/** Memory that is really used, a MiB at a time, until there is none or it has what it wanted: then it tells, or stays with it. */
function hoard(wantedMiB: number, stays: boolean): void {
  const kept: Buffer[] = [];
  for (let held = 0; held < wantedMiB; held++) kept.push(Buffer.alloc(2 ** 20, 1));
  if (stays) setInterval(() => kept.length, 1000);
  else process.stdout.write(`${JSON.stringify(kept.length)}\n`, () => process.exit(0));
}

if (what === 'hoard') hoard(Number(port), victim === 'andStay');
else if (what === 'spin') {
  // Deaf to what can be heard: only SIGKILL ends it.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGXCPU', 'SIGALRM'] as const) process.on(signal, () => {});
  process.stdout.write('"spinning"\n');
  setInterval(() => {
    for (const until = performance.now() + 50; performance.now() < until; );
  }, 0);
} else {
  const breakOut = await tryAll();
  process.stdout.write(`${JSON.stringify(breakOut)}\n`, () => process.exit(0));
}
