import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGE_KINDS, PatternCollector, TEXT_KINDS } from './pattern.ts';
import { runSearch } from './run-search.ts';

const secret = new Uint8Array(randomBytes(32));
const absent = new Uint8Array(randomBytes(32));
const name = new Uint8Array(Buffer.from('QUIRKYNAME'));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'visavis-search-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function patterns() {
  const images = new PatternCollector(IMAGE_KINDS);
  images.add('portrait', [secret]);
  images.add('frame', [absent]);
  const texts = new PatternCollector(TEXT_KINDS);
  texts.add('name', [name]);
  return { images: images.pack(), texts: texts.pack() };
}

describe.skipIf(process.platform !== 'linux')('a search', () => {
  it('finds what another process holds, and names only what is asked for in memory', async () => {
    // It gets both over a pipe: its command line has neither.
    const child = spawn(process.execPath, ['-e', "const kept = []; process.stdin.on('data', (d) => { kept.push(Buffer.from(d)); console.log('kept'); }); globalThis.kept = kept;"], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      child.stdin.write(Buffer.concat([secret, name]));
      await once(child.stdout, 'data');
      const result = runSearch({ ...patterns(), processes: [{ pid: child.pid!, place: 'memory' }], files: [] });
      expect(result.hits.map(({ place, kind }) => [place, kind])).toEqual([['memory', 'portrait']]);
      expect(result.searched[0]!.bytes).toBeGreaterThan(10_000_000);
      expect(result.unread).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('finds images and names in files, adds up by place, and tells what it could not read', () => {
    writeFileSync(join(folder, 'image'), Buffer.concat([randomBytes(5000), secret, randomBytes(77)]));
    writeFileSync(join(folder, 'text'), `somebody called ${Buffer.from(name).toString()} was here`);
    const files = [
      { path: join(folder, 'image'), place: 'files' },
      { path: join(folder, 'text'), place: 'files' },
      { path: join(folder, 'gone'), place: 'files' },
      { path: folder, place: 'no file' },
    ];
    const result = runSearch({ ...patterns(), processes: [], files });
    expect(result.hits.toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([{ place: 'files', kind: 'name', count: 1 }, { place: 'files', kind: 'portrait', count: 1 }]);
    expect(result.searched).toEqual([{ place: 'files', bytes: 5109 + 35, things: 2 }]);
    expect(result.unread).toEqual([{ place: 'no file', reason: 'EISDIR' }]);
  });

  it('refuses to search the process that holds the patterns', () => {
    expect(() => runSearch({ ...patterns(), processes: [{ pid: process.pid, place: 'memory' }], files: [] })).toThrow('holds the patterns');
  });
});
