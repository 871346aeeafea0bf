import { concatBytes } from '@visavis/kernel';
import { describe, expect, test } from 'vitest';
import { formatCheckpoint } from './checkpoint.ts';
import { encodeEntryBundle } from './entry-bundle.ts';
import { leafHash, nodeHash } from './hashes.ts';
import { createNoteKey, signNote } from './note.ts';
import { rootOf } from './root-of.ts';
import { TILE_WIDTH, tilePath } from './tile-path.ts';
import { verifyLog } from './verify-log.ts';

const key = createNoteKey('example.org/log', new Uint8Array(32).fill(7));

/** A log as a folder of files, made straight from the definitions. */
function makeLog(entries: readonly Uint8Array[]): { files: Map<string, Uint8Array>; checkpoint: (size?: number) => string } {
  const known = new Map<string, Uint8Array>();
  const hash = (level: number, index: number): Uint8Array => {
    const at = `${level}/${index}`;
    const found = known.get(at) ?? (level === 0 ? leafHash(entries[index]!) : nodeHash(hash(level - 1, 2 * index), hash(level - 1, 2 * index + 1)));
    known.set(at, found);
    return found;
  };
  const files = new Map<string, Uint8Array>();
  for (let index = 0; index * TILE_WIDTH < entries.length; index++) {
    const bundle = entries.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
    files.set(tilePath({ level: 'entries', index, width: bundle.length }), encodeEntryBundle(bundle));
  }
  for (let level = 0, count = entries.length; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
    for (let index = 0; index * TILE_WIDTH < count; index++) {
      const width = Math.min(TILE_WIDTH, count - index * TILE_WIDTH);
      files.set(tilePath({ level, index, width }), concatBytes(...Array.from({ length: width }, (_, at) => hash(level * 8, index * TILE_WIDTH + at))));
    }
  }
  return { files, checkpoint: (size = entries.length) => signNote(formatCheckpoint({ origin: 'example.org/log', size, root: rootOf(size, hash) }), key) };
}

const entry = (n: number): Uint8Array => new Uint8Array(32).fill(n % 251).fill(n >> 8, 30);
const entriesTo = (n: number): readonly Uint8Array[] => Array.from({ length: n }, (_, at) => entry(at));
const check = async (files: ReadonlyMap<string, Uint8Array>, signedCheckpoint: string, since: readonly string[] = []) => {
  const seen: number[] = [];
  const verified = await verifyLog({ read: (path) => Promise.resolve(files.get(path)), signedCheckpoint, logKey: key.verifierKey, since, onEntry: (_, index) => seen.push(index) });
  return verified.ok ? { size: verified.value.checkpoint.size, tiles: verified.value.tiles, seen: seen.length } : verified.fault.code;
};

describe('a whole log', () => {
  test('of any size is verified, each entry once', async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 513, 1000]) {
      const log = makeLog(entriesTo(size));
      expect(await check(log.files, log.checkpoint())).toEqual({ size, tiles: log.files.size, seen: size });
    }
    const large = makeLog(entriesTo(70_000));
    // 274 bundles and, as the specification counts them for this size, 273 + 1, 1 + 1 and 1 tiles.
    expect(await check(large.files, large.checkpoint(), [large.checkpoint(65_536), large.checkpoint(65_537), large.checkpoint(3)])).toEqual({ size: 70_000, tiles: 274 + 274 + 2 + 1, seen: 70_000 });
  });

  const honest = makeLog(entriesTo(700));
  const changed = (path: string, change: (content: Uint8Array) => Uint8Array | undefined): ReadonlyMap<string, Uint8Array> => {
    const files = new Map(honest.files);
    const content = change(new Uint8Array(files.get(path)!));
    if (content === undefined) files.delete(path);
    else files.set(path, content);
    return files;
  };
  const flipped = (content: Uint8Array): Uint8Array => content.map((byte, at) => (at === 40 ? byte ^ 1 : byte));

  test('is refused with one bit changed in any of its files', async () => {
    expect(await check(honest.files, honest.checkpoint())).toMatchObject({ size: 700 });
    for (const path of honest.files.keys()) expect(await check(changed(path, flipped), honest.checkpoint()), path).toBe('LOG_TREE_MISMATCH');
  });

  test('is refused with a file missing, cut, longer, or of other entries', async () => {
    for (const path of honest.files.keys()) {
      expect(await check(changed(path, () => undefined), honest.checkpoint()), path).toBe('LOG_TILE_INVALID');
      expect(await check(changed(path, (content) => content.slice(0, -1)), honest.checkpoint()), path).toMatch(/^LOG_(TILE_INVALID|TREE_MISMATCH)$/);
      expect(await check(changed(path, () => new Uint8Array(10_000)), honest.checkpoint()), path).toBe('LOG_TILE_INVALID');
    }
    const longEntries = changed('tile/entries/000', () => encodeEntryBundle(Array.from({ length: 256 }, () => new Uint8Array(31))));
    expect(await check(longEntries, honest.checkpoint())).toBe('LOG_TILE_INVALID');
  });

  test('is refused under a state of another size, another root, or another key', async () => {
    expect(await check(honest.files, honest.checkpoint(699))).toBe('LOG_TILE_INVALID');
    expect(await check(honest.files, makeLog(entriesTo(700).toReversed()).checkpoint())).toBe('LOG_TREE_MISMATCH');
    expect(await check(honest.files, honest.checkpoint().replace('\n700\n', '\n701\n'))).toBe('LOG_CHECKPOINT_INVALID');
    const verified = await verifyLog({ read: () => Promise.resolve(undefined), signedCheckpoint: honest.checkpoint(), logKey: createNoteKey('example.org/log', new Uint8Array(32)).verifierKey, since: [], onEntry: () => undefined });
    expect(verified).toMatchObject({ ok: false, fault: { code: 'LOG_CHECKPOINT_INVALID' } });
  });

  test('that was rewritten and signed anew is refused by whoever kept an earlier state', async () => {
    const rewritten = makeLog([...entriesTo(99), entry(9999), ...entriesTo(800)]);
    expect(await check(rewritten.files, rewritten.checkpoint())).toMatchObject({ size: 900 });
    expect(await check(rewritten.files, rewritten.checkpoint(), [honest.checkpoint(99)])).toMatchObject({ size: 900 });
    expect(await check(rewritten.files, rewritten.checkpoint(), [honest.checkpoint(100)])).toBe('LOG_NOT_APPEND_ONLY');
    expect(await check(rewritten.files, rewritten.checkpoint(), [honest.checkpoint()])).toBe('LOG_NOT_APPEND_ONLY');
    const shorter = makeLog(entriesTo(600));
    expect(await check(shorter.files, shorter.checkpoint(), [honest.checkpoint()])).toBe('LOG_NOT_APPEND_ONLY');
    expect(await check(honest.files, honest.checkpoint(), [honest.checkpoint(), 'no checkpoint'])).toBe('LOG_CHECKPOINT_INVALID');
  });
});
