import fc from 'fast-check';
import { equalBytes, fromHex, toHex } from '@visavis/kernel';
import { describe, expect, test } from 'vitest';
import { consistencyPath } from './consistency-path.ts';
import { emptyRoot, leafHash, nodeHash } from './hashes.ts';
import { inclusionPath } from './inclusion-path.ts';
import { rootOf } from './root-of.ts';
import type { ReadHash } from './subtree-hash.ts';
import { verifyConsistency } from './verify-consistency.ts';
import { verifyInclusion } from './verify-inclusion.ts';

/** Straight from RFC 6962 §2.1, over leaf hashes: slow, and of another shape than what is tested. */
function mth(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return emptyRoot();
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

const reader = (leaves: readonly Uint8Array[]): ReadHash => {
  const known = new Map<string, Uint8Array>();
  const read = (level: number, index: number): Uint8Array => {
    if (level === 0) return leaves[index]!;
    const key = `${level}/${index}`;
    const hash = known.get(key) ?? nodeHash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1));
    known.set(key, hash);
    return hash;
  };
  return read;
};

const SIZES = 300;
const leaves = Array.from({ length: SIZES }, (_, i) => leafHash(Uint8Array.of(i >> 8, i & 0xff)));
const readHash = reader(leaves);
const roots = Array.from({ length: SIZES + 1 }, (_, size) => rootOf(size, readHash));

/** The inputs of the reference implementation's tests (certificate-transparency, merkletree tests), and its roots. */
const VECTORS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(fromHex);
const VECTOR_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('RFC 6962 trees', () => {
  test('have the roots of the reference implementation', () => {
    const vectorLeaves = VECTORS.map(leafHash);
    expect(toHex(rootOf(0, readHash))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(VECTOR_ROOTS.map((_, i) => toHex(rootOf(i + 1, reader(vectorLeaves))))).toEqual(VECTOR_ROOTS);
  });

  test('have at every size the root of the definition', () => {
    for (let size = 0; size <= SIZES; size++) expect(equalBytes(roots[size]!, mth(leaves.slice(0, size)))).toBe(true);
  });

  test('show every leaf at every size', () => {
    let shown = 0;
    for (let size = 1; size <= SIZES; size++) {
      for (let index = 0; index < size; index++) {
        if (verifyInclusion({ index, size, leaf: leaves[index]!, path: inclusionPath(index, size, readHash), root: roots[size]! })) shown++;
      }
    }
    expect(shown).toBe((SIZES * (SIZES + 1)) / 2);
  });

  test('show every size to be the beginning of every later one', () => {
    let shown = 0;
    for (let to = 0; to <= SIZES; to++) {
      for (let from = 0; from <= to; from++) {
        if (verifyConsistency({ from, to, path: consistencyPath(from, to, readHash), fromRoot: roots[from]!, toRoot: roots[to]! })) shown++;
      }
    }
    expect(shown).toBe(((SIZES + 1) * (SIZES + 2)) / 2);
  });

  const bit = fc.record({ byte: fc.integer({ min: 0, max: 31 }), mask: fc.integer({ min: 0, max: 7 }).map((n) => 1 << n) });
  const flip = (hash: Uint8Array, at: { byte: number; mask: number }): Uint8Array => hash.map((value, i) => (i === at.byte ? value ^ at.mask : value));

  test('refuse an inclusion with any bit flipped, another place, another size or another length of path', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: SIZES }), fc.nat(), fc.nat(), bit, (size, seed, where, at) => {
        const index = seed % size;
        const claim = { index, size, leaf: leaves[index]!, path: inclusionPath(index, size, readHash), root: roots[size]! };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: flip(claim.leaf, at) })).toBe(false);
        expect(verifyInclusion({ ...claim, root: flip(claim.root, at) })).toBe(false);
        expect(verifyInclusion({ ...claim, path: claim.path.map((hash, i) => (i === where % claim.path.length ? flip(hash, at) : hash)) })).toBe(false);
        expect(verifyInclusion({ ...claim, index: (index + 1 + (where % (size - 1))) % size })).toBe(false);
        expect(verifyInclusion({ ...claim, path: claim.path.slice(1) })).toBe(false);
        expect(verifyInclusion({ ...claim, path: [...claim.path, claim.leaf] })).toBe(false);
        for (const bad of [-1, 0.5, Number.NaN, 2 ** 53, size]) expect(verifyInclusion({ ...claim, index: bad })).toBe(false);
        for (const bad of [-1, 0, 0.5, Number.NaN, 2 ** 53]) expect(verifyInclusion({ ...claim, size: bad })).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('refuse a consistency with any bit flipped, another size or another length of path', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: SIZES }), fc.nat(), fc.nat(), bit, (to, seed, where, at) => {
        const from = 1 + (seed % (to - 1));
        const claim = { from, to, path: consistencyPath(from, to, readHash), fromRoot: roots[from]!, toRoot: roots[to]! };
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, fromRoot: flip(claim.fromRoot, at) })).toBe(false);
        expect(verifyConsistency({ ...claim, toRoot: flip(claim.toRoot, at) })).toBe(false);
        expect(verifyConsistency({ ...claim, path: claim.path.map((hash, i) => (i === where % claim.path.length ? flip(hash, at) : hash)) })).toBe(false);
        expect(verifyConsistency({ ...claim, path: claim.path.slice(1) })).toBe(false);
        expect(verifyConsistency({ ...claim, path: [...claim.path, claim.toRoot] })).toBe(false);
        expect(verifyConsistency({ ...claim, fromRoot: roots[from - 1]! })).toBe(false);
        for (const bad of [-1, 0.5, Number.NaN, to + 1]) expect(verifyConsistency({ ...claim, from: bad })).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('refuse another root for the empty tree and for a tree of the same size', () => {
    expect(verifyConsistency({ from: 0, to: 5, path: [], fromRoot: roots[1]!, toRoot: roots[5]! })).toBe(false);
    expect(verifyConsistency({ from: 5, to: 5, path: [], fromRoot: roots[4]!, toRoot: roots[5]! })).toBe(false);
  });

  test('count beyond 32 bits', () => {
    // A tree in which every leaf is alike has one hash per level.
    const perLevel: Uint8Array[] = [leafHash(new Uint8Array(0))];
    const alike: ReadHash = (level) => {
      while (perLevel.length <= level) perLevel.push(nodeHash(perLevel.at(-1)!, perLevel.at(-1)!));
      return perLevel[level]!;
    };
    const [from, to] = [2 ** 33 + 5, 2 ** 40 + 2 ** 31 + 12_345];
    expect(verifyInclusion({ index: 2 ** 32 + 7, size: to, leaf: perLevel[0]!, path: inclusionPath(2 ** 32 + 7, to, alike), root: rootOf(to, alike) })).toBe(true);
    expect(verifyConsistency({ from, to, path: consistencyPath(from, to, alike), fromRoot: rootOf(from, alike), toRoot: rootOf(to, alike) })).toBe(true);
  });
});
