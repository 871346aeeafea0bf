import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BreakOut } from './break-out.fixture.ts';
import { bubblewrapCommand, type CellProgram, findBubblewrap } from './cell-command.ts';
import { seccompFilter } from './seccomp-filter.ts';

const bwrap = findBubblewrap();
const filter = seccompFilter(process.arch);
const root = fileURLToPath(new URL('../../../../', import.meta.url));

describe.skipIf(bwrap === undefined)(`a cell gone bad${bwrap === undefined ? ' (left out: bubblewrap is not installed)' : ''}`, () => {
  /** A server of this machine, which a cell must not reach. */
  const target = createServer((socket) => socket.destroy());
  let folder: string;
  let port = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'visavis-walls-'));
    await new Promise<void>((resolve) => {
      target.listen(0, '127.0.0.1', resolve);
    });
    const address = target.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => {
    target.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const program = (): CellProgram => ({ entry: 'walls/break-out.fixture.ts', heapMiB: 64, native: true, folders: [], arguments: [String(port), String(process.pid), folder] });

  async function run(file: string, args: readonly string[], environment: Readonly<Record<string, string>>, withFilter: boolean): Promise<BreakOut> {
    const path = join(folder, 'filter');
    if (filter !== undefined) writeFileSync(path, filter);
    const descriptor = withFilter ? openSync(path, 'r') : undefined;
    const child = spawn(file, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'inherit', 'ipc', ...(descriptor === undefined ? [] : [descriptor])] });
    if (descriptor !== undefined) closeSync(descriptor);
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await new Promise((resolve) => {
      child.once('close', resolve);
    });
    return JSON.parse(said) as BreakOut;
  }

  it('can do nothing of what it tries', async () => {
    const command = bubblewrapCommand(bwrap!, program(), process.getuid?.() === 0, filter !== undefined);
    expect(await run(command.file, command.arguments, command.environment, filter !== undefined)).toEqual({
      connect: filter === undefined ? 'ENETUNREACH' : 'EPERM',
      startProcess: filter === undefined ? 'done' : 'EPERM',
      writeDisk: 'ENOENT',
      readPasswords: 'ENOENT',
      readRegistry: 'ENOENT',
      seeParent: 'ENOENT',
    });
  });

  it('has no network even without the system call filter', async () => {
    const command = bubblewrapCommand(bwrap!, program(), process.getuid?.() === 0, false);
    expect((await run(command.file, command.arguments, command.environment, false)).connect).toMatch(/^(ECONNREFUSED|ENETUNREACH)$/);
  });

  it('could do all of it without walls (positive control)', async () => {
    const { entry, arguments: own } = program();
    expect(await run(process.execPath, [join(root, 'packages/booth/src', entry), ...own], {}, false)).toEqual({ connect: 'done', startProcess: 'done', writeDisk: 'done', readPasswords: 'done', readRegistry: 'done', seeParent: 'done' });
  });
});
