import { nodeHash, type ReadHash, TILE_HEIGHT, TILE_WIDTH } from '@visavis/log';
import type pg from 'pg';
import { HASH_LENGTH, type StoredTile } from './tree-edge.ts';

type Queryable = Pick<pg.Pool, 'query'>;

export async function readTiles(database: Queryable, wanted: readonly { readonly level: number; readonly index: number }[]): Promise<readonly StoredTile[]> {
  if (wanted.length === 0) return [];
  const { rows } = await database.query<{ level: number; tile_index: string; content: Buffer }>(
    'SELECT level, tile_index, content FROM log_tiles JOIN unnest($1::smallint[], $2::bigint[]) AS wanted (l, i) ON level = l AND tile_index = i',
    [wanted.map(({ level }) => level), wanted.map(({ index }) => index)],
  );
  return rows.map((row) => ({ level: row.level, index: Number(row.tile_index), content: new Uint8Array(row.content) }));
}

/** Reads the tiles that a path needs, in one query, and makes the path from them. */
export async function withTiles(database: Queryable, makePath: (readHash: ReadHash) => readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const wanted = new Map<string, { readonly level: number; readonly index: number }>();
  const placeholder = new Uint8Array(HASH_LENGTH);
  // Which hashes a path needs depends on sizes only, not on what the hashes are.
  makePath((level, index) => {
    const tile = tileOf(level, index);
    wanted.set(`${tile.level}/${tile.index}`, tile);
    return placeholder;
  });
  const tiles = await readTiles(database, [...wanted.values()]);
  return makePath((level, index) => {
    const { level: tileLevel, index: tileIndex, height, at } = tileOf(level, index);
    const content = tiles.find((tile) => tile.level === tileLevel && tile.index === tileIndex)?.content;
    if (content === undefined) throw new Error('a tile of the transparency log is missing');
    return subtreeOf(content, height, at);
  });
}

/** Which stored tile holds a complete subtree, how far above the tile's own hashes, and where. */
export function tileOf(level: number, index: number): { readonly level: number; readonly index: number; readonly height: number; readonly at: number } {
  const height = level % TILE_HEIGHT;
  const perTile = TILE_WIDTH >> height;
  return { level: (level - height) / TILE_HEIGHT, index: Math.floor(index / perTile), height, at: index % perTile };
}

function subtreeOf(content: Uint8Array, height: number, at: number): Uint8Array {
  if (height === 0) {
    const hash = content.slice(at * HASH_LENGTH, (at + 1) * HASH_LENGTH);
    if (hash.length !== HASH_LENGTH) throw new Error('a tile of the transparency log is too short');
    return hash;
  }
  return nodeHash(subtreeOf(content, height - 1, 2 * at), subtreeOf(content, height - 1, 2 * at + 1));
}
