import { concatBytes } from '@visavis/kernel';
import { consistencyPath, inclusionPath, leafHash, nodeHash, type ReadHash, rootOf, TILE_HEIGHT, TILE_WIDTH } from '@visavis/log';

/** Entries themselves, in the table of tiles. */
export const ENTRIES_LEVEL = -1;

/** One tile as the database holds it: `content` is everything that there is of it. */
export interface StoredTile {
  readonly level: number;
  readonly index: number;
  readonly content: Uint8Array;
}

export const HASH_LENGTH = 32;

/** Complete subtrees at tree level 0 to 63, by one exact number: logs stay below 2^47 entries. */
const keyOf = (level: number, index: number): number => index * 64 + level;

/** Tiles at the right edge of a tree of this size: what must be read to extend it. Empty ones are left out. */
export function edgeTiles(size: number): readonly { readonly level: number; readonly index: number }[] {
  const tiles = size % TILE_WIDTH === 0 ? [] : [{ level: ENTRIES_LEVEL, index: Math.floor(size / TILE_WIDTH) }];
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
    if (count % TILE_WIDTH !== 0) tiles.push({ level, index: Math.floor(count / TILE_WIDTH) });
  }
  return tiles;
}

/**
 * The right edge of the tree: as much of it as extending and proving new entries needs, some hundreds of hashes however
 * large the log is. Never changes; {@link append} makes the next one.
 */
export class TreeEdge {
  readonly size: number;
  readonly #hashes: ReadonlyMap<number, Uint8Array>;
  /** Entries of the last, partial bundle. */
  readonly #entries: readonly Uint8Array[];

  private constructor(size: number, hashes: ReadonlyMap<number, Uint8Array>, entries: readonly Uint8Array[]) {
    this.size = size;
    this.#hashes = hashes;
    this.#entries = entries;
  }

  /** @param tiles what {@link edgeTiles} names, as stored; throws when they are not of a tree of this size */
  static load(size: number, tiles: readonly StoredTile[]): TreeEdge {
    const hashes = new Map<number, Uint8Array>();
    let entries: readonly Uint8Array[] = [];
    for (const { level, index } of edgeTiles(size)) {
      const width = Math.floor(size / TILE_WIDTH ** Math.max(level, 0)) % TILE_WIDTH;
      const content = tiles.find((tile) => tile.level === level && tile.index === index)?.content;
      if (content?.length !== width * HASH_LENGTH) throw new Error('the transparency log\'s tiles are not of its size');
      const parts = Array.from({ length: width }, (_, at) => content.slice(at * HASH_LENGTH, (at + 1) * HASH_LENGTH));
      if (level === ENTRIES_LEVEL) entries = parts;
      else for (const [at, hash] of parts.entries()) addNode(hashes, level * TILE_HEIGHT, index * TILE_WIDTH + at, hash, (level + 1) * TILE_HEIGHT);
    }
    return new TreeEdge(size, hashes, entries);
  }

  readonly readHash: ReadHash = (level, index) => {
    const hash = this.#hashes.get(keyOf(level, index));
    if (hash === undefined) throw new RangeError('not at the edge of this tree');
    return hash;
  };

  root(): Uint8Array {
    return rootOf(this.size, this.readHash);
  }

  /** The tree with these entries after its last, and every tile that is now longer or new. Proofs of the new entries can be had from it. */
  append(commitments: readonly Uint8Array[]): { readonly edge: TreeEdge; readonly tiles: readonly StoredTile[] } {
    const hashes = new Map(this.#hashes);
    for (const [at, commitment] of commitments.entries()) addNode(hashes, 0, this.size + at, leafHash(commitment), Number.POSITIVE_INFINITY);
    const size = this.size + commitments.length;
    const entries = [...this.#entries, ...commitments];
    const firstEntry = this.size - this.#entries.length;
    const bundle = (index: number): readonly Uint8Array[] => entries.slice(index * TILE_WIDTH - firstEntry, (index + 1) * TILE_WIDTH - firstEntry);
    const tiles: StoredTile[] = [];
    for (let index = Math.floor(this.size / TILE_WIDTH); index * TILE_WIDTH < size; index++) tiles.push({ level: ENTRIES_LEVEL, index, content: concatBytes(...bundle(index)) });
    for (let level = 0, [before, after] = [this.size, size]; after > before; level++, before = Math.floor(before / TILE_WIDTH), after = Math.floor(after / TILE_WIDTH)) {
      for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < after; index++) {
        const width = Math.min(TILE_WIDTH, after - index * TILE_WIDTH);
        tiles.push({ level, index, content: concatBytes(...Array.from({ length: width }, (_, at) => hashes.get(keyOf(level * TILE_HEIGHT, index * TILE_WIDTH + at))!)) });
      }
    }
    return { edge: new TreeEdge(size, hashes, bundle(Math.floor(size / TILE_WIDTH))), tiles };
  }

  /** The same edge without what only the last entries' proofs needed. */
  trimmed(): TreeEdge {
    const hashes = new Map<number, Uint8Array>();
    for (const { level, index } of edgeTiles(this.size)) {
      if (level === ENTRIES_LEVEL) continue;
      for (let height = 0; height < TILE_HEIGHT; height++) {
        const treeLevel = level * TILE_HEIGHT + height;
        const end = Math.floor(this.size / 2 ** treeLevel);
        for (let at = index * (TILE_WIDTH >> height); at < end; at++) hashes.set(keyOf(treeLevel, at), this.readHash(treeLevel, at));
      }
    }
    return new TreeEdge(this.size, hashes, this.#entries);
  }

  /** @param index of an entry that the last {@link append} added */
  inclusion(index: number): readonly Uint8Array[] {
    return inclusionPath(index, this.size, this.readHash);
  }

  /** @param from size of the tree before the last {@link append}, or this one's */
  consistency(from: number): readonly Uint8Array[] {
    return consistencyPath(from, this.size, this.readHash);
  }
}

/** Adds a complete subtree's hash, and those of all that it completes below tree level `top`. */
function addNode(hashes: Map<number, Uint8Array>, level: number, index: number, hash: Uint8Array, top: number): void {
  hashes.set(keyOf(level, index), hash);
  let node = { level, index, hash };
  while (node.index % 2 === 1 && node.level + 1 < top) {
    const parent = (node.index - 1) / 2;
    node = { level: node.level + 1, index: parent, hash: nodeHash(hashes.get(keyOf(node.level, node.index - 1))!, node.hash) };
    hashes.set(keyOf(node.level, node.index), node.hash);
  }
}
