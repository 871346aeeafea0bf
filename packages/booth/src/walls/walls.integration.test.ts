import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startCell } from '../pool/cell.ts';
import type { BreakOut } from './break-out.fixture.ts';
import { bundledCell } from './cell-bundle.ts';
import { bubblewrapCommand, type CellProgram, findBubblewrap } from './cell-command.ts';
import { makeControlGroup } from './control-group.ts';
import { seccompFilter } from './seccomp-filter.ts';
import { childrenOf } from './see-from-outside.ts';

const bwrap = findBubblewrap();
const filter = seccompFilter(process.arch);
const source = fileURLToPath(new URL('break-out.fixture.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;
/** A cell whose kernel limit is a second is ended within this on a busy machine, and one without it would not be. */
const LONG_AFTER_MS = 20_000;

describe.skipIf(bwrap === undefined)(`a cell gone bad${bwrap === undefined ? ' (left out: bubblewrap is not installed)' : ''}`, () => {
  /** A server of this machine, which a cell must not reach. */
  const target = createServer((socket) => socket.destroy());
  /** Another process of the cell's own user, whose memory is not its business. */
  let victim: ChildProcess;
  let folder: string;
  let secretFile: string;
  let script: string;
  let port = 0;
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'visavis-walls-'));
    secretFile = join(folder, 'secret');
    writeFileSync(secretFile, 'secret', { mode: 0o644 });
    script = await bundledCell('walls/break-out.fixture.ts');
    victim = spawn('sleep', ['300'], { stdio: 'ignore', ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}) });
    await new Promise<void>((resolve) => {
      target.listen(0, '127.0.0.1', resolve);
    });
    const address = target.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterEach(() => {
    for (const child of started.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  afterAll(() => {
    victim?.kill('SIGKILL');
    target.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const attempts = (): readonly string[] => ['all', String(port), String(victim.pid), secretFile, folder];
  const program = (own: readonly string[], limits: Partial<Pick<CellProgram, 'memoryMiB' | 'cpuSeconds'>> = {}): CellProgram => ({ script, heapMiB: 64, memoryMiB: 256, cpuSeconds: 60, native: true, folders: [], arguments: own, ...limits });
  const walled = (o: CellProgram, withSeccomp = filter !== undefined) => ({ ...bubblewrapCommand(bwrap!, o, { isRoot, withSeccomp, groups: [] }), withSeccomp });
  const free = (own: readonly string[]) => ({ file: process.execPath, arguments: ['--no-warnings', source, ...own], environment: {}, withSeccomp: false });

  /** @returns what it said before it ended, and how it ended; `more` sees it while it runs */
  async function run(command: ReturnType<typeof walled> | ReturnType<typeof free>, more: (child: ChildProcess, said: () => string) => Promise<void> = async () => {}) {
    const path = join(folder, 'filter');
    if (filter !== undefined) writeFileSync(path, filter);
    const descriptor = command.withSeccomp ? openSync(path, 'r') : undefined;
    const child = spawn(command.file, command.arguments, { env: command.environment, stdio: ['ignore', 'pipe', 'ignore', 'ipc', ...(descriptor === undefined ? [] : [descriptor])] });
    started.push(child);
    if (descriptor !== undefined) closeSync(descriptor);
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const closed = new Promise<number | null>((resolve) => {
      child.once('close', resolve);
    });
    await more(child, () => said);
    return { exitCode: await closed, said: said === '' ? undefined : (JSON.parse(said) as unknown) };
  }

  const hasSaid = async (said: () => string): Promise<void> => {
    while (said() === '') await new Promise((resolve) => setTimeout(resolve, 20));
  };

  it('opens no socket, starts no process, reads and writes no file, sees and reads no other process, finds no device', async () => {
    const refused = filter === undefined ? 'ENETUNREACH' : 'EPERM';
    expect((await run(walled(program(attempts())))).said).toEqual({
      connect: refused,
      listen: filter === undefined ? 'done' : 'EPERM',
      startProcess: filter === undefined ? 'done' : 'EPERM',
      writeThere: 'ENOENT',
      writeAnywhere: 'nowhere',
      readFile: 'ENOENT',
      readSources: 'ENOENT',
      readPasswords: 'ENOENT',
      readOthersMemory: 'ENOENT',
      others: false,
      devices: false,
    } satisfies BreakOut);
  });

  it('has no network even without the system call filter', async () => {
    expect((await run(walled(program(attempts()), false))).said).toMatchObject({ connect: expect.stringMatching(/^(ECONNREFUSED|ENETUNREACH)$/) as string });
  });

  it('could do all of it without walls (positive control)', async () => {
    const done = { connect: 'done', listen: 'done', startProcess: 'done', writeThere: 'done', writeAnywhere: 'done', readFile: 'done', readSources: 'done', readPasswords: 'done', readOthersMemory: 'done', others: true, devices: true };
    expect((await run(free(attempts()))).said).toEqual(done satisfies BreakOut);
  });

  it('is nobody, seen from outside', async () => {
    const uids: string[] = [];
    await run(walled(program(['spin'])), async (child, said) => {
      await hasSaid(said);
      for (let pid: number | undefined = child.pid; pid !== undefined; pid = childrenOf(pid)[0]) uids.push(/^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!);
      child.kill('SIGKILL');
    });
    expect(uids.length).toBeGreaterThan(1);
    const uid = String(isRoot ? NOBODY : process.getuid?.());
    expect(new Set(uids.flatMap((line) => line.split('\t')))).toEqual(new Set([uid]));
  });

  it('is ended by the kernel when it has used up its processor time, deaf or not', async () => {
    const from = performance.now();
    const { exitCode, said } = await run(walled(program(['spin'], { cpuSeconds: 1 })));
    expect([said, exitCode === 0]).toEqual(['spinning', false]);
    expect(performance.now() - from).toBeLessThan(LONG_AFTER_MS);
  });

  it('would go on for ever without that limit (positive control)', async () => {
    let alive = false;
    await run(free(['spin']), async (child, said) => {
      await hasSaid(said);
      // Three seconds of processor time, whatever the clock says: a machine that is busy gives them late.
      while (cpuSeconds(child.pid!) < 3 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 100));
      alive = child.exitCode === null && child.signalCode === null;
      child.kill('SIGKILL');
    });
    expect(alive).toBe(true);
  });

  it('gets no more memory than its limit from the kernel', async () => {
    const { exitCode, said } = await run(walled(program(['hoard', '600'], { memoryMiB: 256 })));
    expect([said, exitCode === 0]).toEqual([undefined, false]);
    // The same command gives as much as is within the limit.
    expect((await run(walled(program(['hoard', '60'], { memoryMiB: 256 })))).said).toBe(60);
  });

  it('would get it without that limit (positive control)', async () => {
    expect((await run(free(['hoard', '600']))).said).toBe(600);
  });

  it('is killed by its parent, which watches, when it holds more than the kernel was told', async () => {
    const within = startCell({ ...free(['hoard', '300', 'andStay']) }, { seccomp: undefined, memoryMiB: 150, startMs: 60_000, errors: 'ignore' });
    let heard = false;
    within.onMessage(() => (heard = true));
    expect(await within.ready).toBeUndefined();
    await within.gone;
    expect([heard, within.endedBy]).toEqual([false, 'memory']);
  });

  const group = makeControlGroup(128);
  afterAll(() => group?.remove());
  it.skipIf(group === undefined)(`is in a control group with a memory limit and no swap${group === undefined ? ' (left out: none can be made here)' : ''}`, async () => {
    const join1 = group!.folders.map((path) => `echo $$ > ${path}/cgroup.procs`).join(' && ');
    const inGroup = (wantedMiB: number) => run({ ...free([]), file: 'sh', arguments: ['-c', `${join1} && exec "$@"`, 'cell', process.execPath, '--no-warnings', source, 'hoard', String(wantedMiB)] });
    expect((await inGroup(20)).said).toBe(20);
    expect((await inGroup(600)).said).toBeUndefined();
    // A kernel that can't swap, or that does not count swap for each group, has no such file: then nothing is claimed.
    expect(group!.noSwap).toBe(group!.folders.some((path) => existsSync(join(path, 'memory.swap.max')) || existsSync(join(path, 'memory.memsw.limit_in_bytes'))));
    group!.remove();
    // A process that was reaped is in its group for a moment longer.
    await vi.waitFor(() => expect(group!.folders.filter((path) => existsSync(path))).toEqual([]), { timeout: LONG_AFTER_MS, interval: 20 });
  });

  it.skipIf(group === undefined)('leaves no control group when its server is killed: the next one sweeps it', () => {
    const make = (end: string): readonly string[] => {
      const module = fileURLToPath(new URL('control-group.ts', import.meta.url));
      const script = `const { makeControlGroup } = await import(${JSON.stringify(module)}); const made = makeControlGroup(64); process.stdout.write(JSON.stringify(made.folders)); ${end}`;
      return JSON.parse(spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], { encoding: 'utf8' }).stdout) as string[];
    };
    const left = make("process.kill(process.pid, 'SIGKILL');");
    expect(left.map((path) => existsSync(path))).toEqual(left.map(() => true));
    make('made.remove();');
    expect(left.map((path) => existsSync(path))).toEqual(left.map(() => false));
  });
});

/** User and system time of a process. @source proc(5) /proc/pid/stat, fields 14 and 15, in hundredths of a second */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
