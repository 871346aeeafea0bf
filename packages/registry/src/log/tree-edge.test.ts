import fc from 'fast-check';
import { equalBytes } from '@visavis/kernel';
import { leafHash, nodeHash, rootOf, verifyConsistency, verifyInclusion } from '@visavis/log';
import { describe, expect, test } from 'vitest';
import { edgeTiles, ENTRIES_LEVEL, type StoredTile, TreeEdge } from './tree-edge.ts';

const entry = (n: number): Uint8Array => {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(4, n);
  return bytes;
};

/** Hashes straight from the entries. */
const known = new Map<string, Uint8Array>();
const expected = (level: number, index: number): Uint8Array => {
  const key = `${level}/${index}`;
  const hash = known.get(key) ?? (level === 0 ? leafHash(entry(index)) : nodeHash(expected(level - 1, 2 * index), expected(level - 1, 2 * index + 1)));
  known.set(key, hash);
  return hash;
};

describe('the edge of the tree', () => {
  /** What the database would hold. */
  function grow(batches: readonly number[], reload: (batch: number) => boolean): void {
    const stored = new Map<string, StoredTile>();
    let edge = TreeEdge.load(0, []);
    for (const [number, batch] of batches.entries()) {
      const before = edge.size;
      const next = edge.append(Array.from({ length: batch }, (_, at) => entry(before + at)));
      const size = before + batch;
      expect(next.edge.size).toBe(size);
      expect(equalBytes(next.edge.root(), rootOf(size, expected))).toBe(true);
      for (const tile of next.tiles) stored.set(`${tile.level}/${tile.index}`, tile);
      const root = next.edge.root();
      expect(verifyConsistency({ from: before, to: size, path: next.edge.consistency(before), fromRoot: rootOf(before, expected), toRoot: root })).toBe(true);
      for (const index of new Set([before, before + Math.floor(batch / 2), size - 1])) {
        if (batch > 0) expect(verifyInclusion({ index, size, leaf: expected(0, index), path: next.edge.inclusion(index), root })).toBe(true);
      }
      // Either the process goes on, or another one takes over from what is stored.
      edge = reload(number) ? TreeEdge.load(size, edgeTiles(size).map(({ level, index }) => stored.get(`${level}/${index}`)!)) : next.edge.trimmed();
      expect(equalBytes(edge.root(), root)).toBe(true);
    }
    for (const { level, index, content } of stored.values()) {
      const hashes = Array.from({ length: content.length / 32 }, (_, at) => content.subarray(at * 32, (at + 1) * 32));
      for (const [at, hash] of hashes.entries()) expect(equalBytes(hash, level === ENTRIES_LEVEL ? entry(index * 256 + at) : expected(level * 8, index * 256 + at))).toBe(true);
    }
  }

  test('has every root, tile and proof of the tree that its entries make, however they were batched', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 200, max: 700 }), fc.constantFrom(256, 255, 1)), { minLength: 1, maxLength: 6 }), fc.integer(), (batches, seed) => {
        grow(batches, (batch) => ((seed >> batch) & 1) === 1);
      }),
      { numRuns: 60 },
    );
  });

  test('holds where a third level of tiles begins', () => {
    grow([65_000, 535, 1, 1, 300, 2000], (batch) => batch % 2 === 0);
  });

  test('stays small, however large the log', () => {
    let edge = TreeEdge.load(0, []);
    for (let n = 0; n < 10; n++) edge = edge.append(Array.from({ length: 999 }, (_, at) => entry(n * 999 + at))).edge.trimmed();
    expect(() => edge.inclusion(0)).toThrow(RangeError);
    expect(equalBytes(edge.root(), rootOf(9990, expected))).toBe(true);
  });

  test('is not loaded from tiles of another size', () => {
    const { tiles } = TreeEdge.load(0, []).append([entry(0), entry(1), entry(2)]);
    expect(TreeEdge.load(3, tiles).size).toBe(3);
    for (const wrong of [2, 4, 256, 259]) expect(() => TreeEdge.load(wrong, tiles)).toThrow('not of its size');
  });
});
