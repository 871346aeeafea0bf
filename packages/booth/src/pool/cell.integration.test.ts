import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { bundledCell } from '../walls/cell-bundle.ts';
import { findBubblewrap } from '../walls/cell-command.ts';
import { type Cell, startCell } from './cell.ts';
import { socketPair } from './socket-pair.ts';
import { startBehindWalls } from './start-behind-walls.ts';

/** An argument that cells do not read: a neighbour's cells, of another run or a demo, are not these. */
const CELL = `of-this-test-${process.pid}`;
/** From before the walls stand to after the cell is ready, on a quiet machine and on a busy one. */
const MOMENTS_MS = [0, 2, 4, 6, 8, 10, 12, 14, 17, 20, 24, 28, 33, 40, 50, 65, 80, 110, 150, 220, 300, 450];
const GONE_MS = 30_000;

const script = process.platform === 'linux' ? await bundledCell('chip-cell/main.ts') : '';
const start = (): Cell => startBehindWalls(findBubblewrap() === undefined ? 'permissionModel' : 'bubblewrap', { script, heapMiB: 64, memoryMiB: 256, cpuSeconds: 30, native: false, folders: [], arguments: [CELL] }, 'ignore');

/** All that is left of them, walls included, by process id. */
const chipCells = (): readonly string[] =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(CELL);
    } catch {
      return false;
    }
  });

describe.skipIf(process.platform !== 'linux')('a cell that is killed', () => {
  afterEach(() => expect(chipCells()).toEqual([]));

  it('is gone, all of it, at whatever moment of its start it is killed', async () => {
    for (const moment of MOMENTS_MS) {
      const cell = start();
      let isReady = false;
      void (async () => {
        isReady = (await cell.ready) !== undefined;
      })();
      await new Promise((resolve) => {
        setTimeout(resolve, moment);
      });
      const wasReady = isReady;
      const gone = await Promise.race([cell.kill().then(() => 'gone'), new Promise((resolve) => {
        setTimeout(() => resolve('still there'), GONE_MS);
      })]);
      expect(gone, `killed after ${moment} ms`).toBe('gone');
      // A cell that became ready after its kill was not killed.
      expect((await cell.ready) !== undefined, `killed after ${moment} ms`).toBe(wasReady);
    }
  });
});

describe('a cell that was taken over', () => {
  const walls = { noNetwork: true, readOnlyRoot: true, noWritablePath: true, noDevices: true, noPrivileges: true, systemCallFilter: true, noCoreDump: true, memoryBound: true, timeBound: true };
  /** Descriptor 3 is Node's own channel between parent and child. */
  const start = (word: string, when: 'attached' | 'never'): Cell => {
    const program = `process.once('message', (_message, socket) => setTimeout(() => {
      let said = 'said';
      try { if (${JSON.stringify(when)} === 'attached') require('fs').writeSync(3, ${JSON.stringify(word)}); else said = 'silent'; } catch (refusal) { said = refusal.code; }
      socket.write(said);
    }, 200));
    setInterval(() => {}, 1000);
    process.send({ type: 'ready', walls: ${JSON.stringify(walls)} });`;
    return startCell({ file: process.execPath, arguments: ['-e', program], environment: {} }, { seccomp: undefined, memoryMiB: 512, startMs: 60_000, errors: 'ignore' });
  };

  it.each([
    ['no JSON', 'x\n', 'attached', /^(EBADF|EPIPE)$/],
    ['a word between Node and Node', '{"cmd":"NODE_HANDLE_ACK"}\n', 'attached', /^(EBADF|EPIPE)$/],
    ['nothing (honest twin)', '', 'never', /^silent$/],
  ] as const)('and says %s where the parent believes it cannot end its parent: nobody listens there any more', async (_what, word, when, heard) => {
    const cell = start(word, when);
    expect(await cell.ready).toBeDefined();
    const [near, far] = await socketPair();
    cell.attach(far);
    const said = await new Promise<string>((resolve) => {
      near.once('data', (chunk: Buffer) => resolve(chunk.toString())).resume();
    });
    expect(said).toMatch(heard);
    near.destroy();
    await cell.kill();
  });
});
