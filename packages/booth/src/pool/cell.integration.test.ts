import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { bundledCell } from '../walls/cell-bundle.ts';
import { findBubblewrap } from '../walls/cell-command.ts';
import type { Cell } from './cell.ts';
import { startBehindWalls } from './start-behind-walls.ts';

const CELL = 'chip-cell.mjs';
/** From before the walls stand to after the cell is ready, on a quiet machine and on a busy one. */
const MOMENTS_MS = [0, 2, 4, 6, 8, 10, 12, 14, 17, 20, 24, 28, 33, 40, 50, 65, 80, 110, 150, 220, 300, 450];
const GONE_MS = 5000;

const script = process.platform === 'linux' ? await bundledCell('chip-cell/main.ts') : '';
const start = (): Cell => startBehindWalls(findBubblewrap() === undefined ? 'permissionModel' : 'bubblewrap', { script, heapMiB: 64, memoryMiB: 256, cpuSeconds: 30, native: false, folders: [], arguments: [] }, 'ignore');

/** Chip cells of anybody on this machine, by process id. */
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
  const before = new Set(process.platform === 'linux' ? chipCells() : []);
  afterEach(() => expect(chipCells().filter((pid) => !before.has(pid))).toEqual([]));

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
