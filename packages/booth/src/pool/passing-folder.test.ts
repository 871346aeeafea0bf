import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePassingFolder, sweepPassingFolders } from './passing-folder.ts';

describe.skipIf(process.platform !== 'linux')('a folder for a moment', () => {
  it('that a killed server left is removed at the next start, a living one’s is not', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const left = join(tmpdir(), `visavis-booth-${dead}-left`);
    await mkdir(left);
    const mine = await makePassingFolder();
    const others = join(tmpdir(), `visavis-booth-${process.ppid}-alive`);
    await mkdir(others);
    await sweepPassingFolders();
    expect([left, mine, others].map((folder) => existsSync(folder))).toEqual([false, true, true]);
    for (const folder of [mine, others]) await rm(folder, { recursive: true });
  });
});
