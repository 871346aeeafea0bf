import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listFiles } from './list-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visavis-list-'));
  for (const made of ['a/b', 'listed-elsewhere']) mkdirSync(join(folder, made), { recursive: true });
  for (const file of ['x', 'a/y', 'a/b/z', 'listed-elsewhere/w']) writeFileSync(join(folder, file), file);
});
afterEach(() => rmSync(folder, { recursive: true }));

const listed = (o?: Parameters<typeof listFiles>[1]): readonly string[] => listFiles(folder, o).files.map(({ path }) => path.slice(folder.length + 1)).toSorted();

it('lists every file below a folder, and none behind a link', () => {
  symlinkSync('/etc', join(folder, 'a/link'));
  expect(listed()).toEqual(['a/b/z', 'a/y', 'listed-elsewhere/w', 'x']);
  expect(listed({ without: new Set([join(folder, 'listed-elsewhere')]) })).toEqual(['a/b/z', 'a/y', 'x']);
});

it('lists a file that changed since, also when its time was set back', () => {
  const sinceMs = Date.now() - 60_000;
  // The time of the last change of its entry can't be set back.
  utimesSync(join(folder, 'x'), 0, 0);
  expect(listed({ changedSinceMs: sinceMs })).toContain('x');
  expect(listed({ changedSinceMs: Date.now() + 60_000 })).toEqual([]);
});

it('tells of a folder that it can not enter, and of none that is not there', () => {
  expect(listFiles(join(folder, 'x'))).toMatchObject({ files: [], closed: [{ reason: 'ENOTDIR' }] });
  expect(listFiles(join(folder, 'nowhere'))).toEqual({ files: [], closed: [] });
});
