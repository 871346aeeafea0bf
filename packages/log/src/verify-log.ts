import { equalBytes, err, type Fault, type FaultDetail, ok, type Result } from '@visavis/kernel';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { decodeEntryBundle } from './entry-bundle.ts';
import { logFaults } from './faults.ts';
import { emptyRoot, HASH_BYTES, leafHash, nodeHash } from './hashes.ts';
import { splitLevel } from './subtree-hash.ts';
import { TILE_HEIGHT, TILE_WIDTH, type TileName, tilePath } from './tile-path.ts';

/** One full bundle of 32-byte entries, which are all that our log holds. */
const ENTRY_BYTES = 32;
export const MAX_TILE_BYTES = TILE_WIDTH * (2 + ENTRY_BYTES);
/** Tiles asked for ahead of the one that is being checked. */
const READ_AHEAD = 16;

export interface VerifiedLog {
  readonly checkpoint: Checkpoint;
  readonly tiles: number;
  readonly bytes: number;
}

class Refused extends Error {
  readonly fault: Fault;
  constructor(code: Parameters<typeof logFaults.fault>[0], detail: FaultDetail) {
    super(code);
    this.fault = logFaults.fault(code, detail);
  }
}

/**
 * Establishes that a whole log is what its key signed: every hash of every tile and the root are recomputed from the
 * entries, and the earlier states given were its beginnings. Does not establish that others were shown the same log:
 * for that, compare checkpoints with them.
 * @param o.read a part of the log by its path (`tile/…`), at most {@link MAX_TILE_BYTES} long; from anybody
 * @param o.signedCheckpoint from anybody
 * @param o.logKey verifier key, pinned by the caller
 * @param o.since earlier signed checkpoints of this log, from the caller's own files
 * @param o.onEntry told every entry in order; what it says counts only if the whole is verified
 * @faults LOG_KEY_INVALID LOG_CHECKPOINT_INVALID LOG_TILE_INVALID LOG_TREE_MISMATCH LOG_NOT_APPEND_ONLY
 */
export async function verifyLog(o: {
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
  readonly signedCheckpoint: string;
  readonly logKey: string;
  readonly since: readonly string[];
  readonly onEntry: (entry: Uint8Array, index: number) => void;
}): Promise<Result<VerifiedLog>> {
  const newest = verifyCheckpoint(o.signedCheckpoint, o.logKey);
  if (!newest.ok) return newest;
  const { size, root } = newest.value;
  const earlier: Checkpoint[] = [];
  for (const signed of o.since) {
    const checkpoint = verifyCheckpoint(signed, o.logKey);
    if (!checkpoint.ok) return checkpoint;
    if (checkpoint.value.size > size) return err(logFaults.fault('LOG_NOT_APPEND_ONLY', { was: checkpoint.value.size, is: size }));
    earlier.push(checkpoint.value);
  }
  const [counts, tree] = [{ tiles: 0, bytes: 0 }, new GrowingTree()];
  const readTile = async (tile: TileName): Promise<Uint8Array> => {
    const content = await o.read(tilePath(tile));
    if (content === undefined || content.length > MAX_TILE_BYTES) throw new Refused('LOG_TILE_INVALID', { tile: tilePath(tile) });
    counts.tiles += 1;
    counts.bytes += content.length;
    return content;
  };
  const compare = async (tile: TileName, hashes: readonly Uint8Array[]): Promise<void> => {
    const content = await readTile(tile);
    const same = content.length === hashes.length * HASH_BYTES && hashes.every((hash, at) => equalBytes(hash, content.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)));
    if (!same) throw new Refused('LOG_TREE_MISMATCH', { tile: tilePath(tile) });
  };
  /** Earlier states are compared with the tree at the moment when it has their size. */
  const compareEarlier = (): void => {
    for (const checkpoint of earlier) {
      if (checkpoint.size === tree.size && !equalBytes(tree.root(), checkpoint.root)) throw new Refused('LOG_NOT_APPEND_ONLY', { was: checkpoint.size, is: size });
    }
  };
  const readBundle = async (index: number, width: number): Promise<readonly Uint8Array[]> => {
    const entries = decodeEntryBundle(await readTile({ level: 'entries', index, width }));
    if (entries?.length !== width || entries.some((entry) => entry.length !== ENTRY_BYTES)) throw new Refused('LOG_TILE_INVALID', { tile: tilePath({ level: 'entries', index, width }) });
    return entries;
  };
  try {
    compareEarlier();
    const bundles = ahead(Math.ceil(size / TILE_WIDTH), (index) => readBundle(index, Math.min(TILE_WIDTH, size - index * TILE_WIDTH)));
    for await (const entries of bundles) {
      const comparing: Promise<void>[] = [];
      for (const entry of entries) {
        o.onEntry(entry, tree.size);
        for (const [level, full] of tree.add(leafHash(entry))) {
          const compared = compare({ level, index: full.index, width: TILE_WIDTH }, full.hashes);
          // Awaited below, unless something else is refused first.
          compared.catch(() => undefined);
          comparing.push(compared);
        }
        compareEarlier();
      }
      await Promise.all(comparing);
    }
    if (!equalBytes(tree.root(), root)) throw new Refused('LOG_TREE_MISMATCH', { size });
    for (const [level, { index, hashes }] of tree.partial()) await compare({ level, index, width: hashes.length }, hashes);
    return ok({ checkpoint: newest.value, ...counts });
  } catch (error) {
    if (error instanceof Refused) return err(error.fault);
    throw error;
  }
}

interface GrowingTile {
  index: number;
  hashes: Uint8Array[];
}

/** The tiles at the right edge, from the leaves up: all that recomputing a log of any size needs. */
class GrowingTree {
  size = 0;
  readonly #levels: GrowingTile[] = [];

  /** @returns the tiles that this leaf filled */
  add(leaf: Uint8Array): readonly (readonly [level: number, tile: GrowingTile])[] {
    this.size += 1;
    const full: (readonly [number, GrowingTile])[] = [];
    for (let [level, hash] = [0, leaf]; ; level++) {
      const tile = (this.#levels[level] ??= { index: 0, hashes: [] });
      tile.hashes.push(hash);
      if (tile.hashes.length < TILE_WIDTH) return full;
      full.push([level, { ...tile }]);
      hash = treeOver(tile.hashes);
      this.#levels[level] = { index: tile.index + 1, hashes: [] };
    }
  }

  partial(): readonly (readonly [level: number, tile: GrowingTile])[] {
    return [...this.#levels.entries()].filter(([, { hashes }]) => hashes.length > 0);
  }

  root(): Uint8Array {
    let right: Uint8Array | undefined;
    for (const { hashes } of this.#levels) {
      const parts = right === undefined ? hashes : [...hashes, right];
      if (parts.length > 0) right = treeOver(parts);
    }
    return right ?? emptyRoot();
  }
}

/** RFC 6962's tree over subtrees of one size, of which the last may be smaller. */
function treeOver(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 2 ** TILE_HEIGHT) {
    let level = parts;
    while (level.length > 1) level = Array.from({ length: level.length / 2 }, (_, at) => nodeHash(level[2 * at]!, level[2 * at + 1]!));
    return level[0]!;
  }
  if (parts.length === 1) return parts[0]!;
  const half = 2 ** splitLevel(parts.length);
  return nodeHash(treeOver(parts.slice(0, half)), treeOver(parts.slice(half)));
}

/** Calls `make` for 0 to `n` − 1 and yields in order, some calls ahead. */
async function* ahead<T>(n: number, make: (index: number) => Promise<T>): AsyncGenerator<T> {
  const running: Promise<T>[] = [];
  for (let index = 0; index < n || running.length > 0; ) {
    while (index < n && running.length < READ_AHEAD) {
      const next = make(index++);
      // It is awaited below, in its turn; until then a refusal is nobody's.
      next.catch(() => undefined);
      running.push(next);
    }
    yield await running.shift()!;
  }
}
