import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { loadOrCreate } from './load-or-create.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'visavis-state-'));
});
afterAll(() => rm(folder, { recursive: true }));

const secret = z.strictObject({ secret: z.string().max(8) });

it('makes a secret once for whoever asks, and has file and folder on the disk before it is used', async () => {
  const anyFile = await open(folder, 'r');
  const sync = vi.spyOn(Object.getPrototypeOf(anyFile) as typeof anyFile, 'sync');
  await anyFile.close();
  const made = await Promise.all(['a', 'b', 'c'].map((value) => loadOrCreate(folder, 'once.json', secret, () => Promise.resolve({ secret: value }))));
  expect(new Set(made.map((one) => one.secret)).size).toBe(1);
  // Each of the three: its draft, and the folder in which one of them got its name.
  expect(sync.mock.calls.length).toBe(6);
  expect(await readdir(folder)).toEqual(['once.json']);
  vi.restoreAllMocks();
});

it.each(['{"secret":"hush-hush', '{"secret":"hush-hush"}', ''])('quotes nothing of a file that is not what it should be: %s', async (content) => {
  await writeFile(path.join(folder, 'broken.json'), content);
  const refused = loadOrCreate(folder, 'broken.json', secret, () => Promise.reject(new Error('there is one')));
  await expect(refused).rejects.toThrow(/broken\.json is not what it should be$/);
});
