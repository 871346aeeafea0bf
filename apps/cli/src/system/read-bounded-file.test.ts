import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readBoundedFile } from './read-bounded-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'visavis-read-'));
const at = (name: string): string => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

it('reads a file up to the bound, through a link too, and nothing above it', async () => {
  writeFileSync(at('file'), 'four');
  symlinkSync(at('file'), at('link'));
  expect(Buffer.from((await readBoundedFile(at('file'), 4))!).toString()).toBe('four');
  expect(Buffer.from((await readBoundedFile(at('link'), 4))!).toString()).toBe('four');
  expect(await readBoundedFile(at('file'), 3)).toBeUndefined();
  writeFileSync(at('empty'), '');
  expect(await readBoundedFile(at('empty'), 3)).toEqual(new Uint8Array());
});

it('reads no endless device, waits for no pipe, and takes no folder', async () => {
  execFileSync('/usr/bin/mkfifo', [at('pipe')]);
  for (const file of ['/dev/zero', at('pipe'), folder, at('missing')]) expect(await readBoundedFile(file, 1000)).toBeUndefined();
  // Says that it has no bytes, and has some.
  expect(await readBoundedFile('/proc/self/status', 100_000)).toBeUndefined();
});
