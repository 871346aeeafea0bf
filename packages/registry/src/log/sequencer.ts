import { consistencyPath, formatCheckpoint, nameOfVerifierKey, toBase64, verifyCheckpoint } from '@visavis/log';
import type pg from 'pg';
import { inTransaction } from '../in-transaction.ts';
import { readTiles, withTiles } from './tile-store.ts';
import { edgeTiles, HASH_LENGTH, type StoredTile, TreeEdge } from './tree-edge.ts';

/** Signs a state of the log, having checked that it extends the last one it signed; rejects when it does not or is away. */
export type SignCheckpoint = (request: { readonly checkpoint: string; readonly consistency: readonly string[] }) => Promise<string>;

/** A signed state, and the edge of its tree. */
export interface Sealed {
  readonly signedCheckpoint: string;
  readonly edge: TreeEdge;
  /** Index of the first entry that was handed in. */
  readonly firstIndex: number;
}

/** Entries taken from the queue of committed transactions in one batch: some hundred kilobytes. */
const MAX_PENDING_PER_BATCH = 4096;

interface Head {
  readonly size: number;
  readonly root: Uint8Array;
  readonly signedSize: number;
  readonly checkpoint: string;
}

/**
 * Takes entries into the tree, one batch at a time, however many servers there are: (A) in one transaction under the
 * head's row lock the batch gets its places and its tiles, (B) the state that is now durable is signed, (C) the
 * signature is published. No batch is begun before the last one's C. Who finds a batch without C, after a crash or while
 * another server is at it, does B and C for the same state: signing it twice makes the same note.
 */
export class Sequencer {
  readonly #pool: pg.Pool;
  readonly #logKey: string;
  readonly #origin: string;
  readonly #signCheckpoint: SignCheckpoint;
  /** After the last batch of this process; of no use once another server has added one. */
  #edge: TreeEdge | undefined;

  /** @param logKey verifier key under which `signCheckpoint` signs; throws when it is none */
  constructor(pool: pg.Pool, logKey: string, signCheckpoint: SignCheckpoint) {
    const origin = nameOfVerifierKey(logKey);
    if (!origin.ok) throw new TypeError('not a log\'s verifier key');
    this.#pool = pool;
    this.#logKey = logKey;
    this.#origin = origin.value;
    this.#signCheckpoint = signCheckpoint;
  }

  /** Whether there is anything to do but for entries that are handed in. */
  async hasWork(): Promise<boolean> {
    const { rows } = await this.#pool.query<{ work: boolean }>('SELECT (size <> signed_size OR EXISTS (SELECT 1 FROM log_pending)) AS work FROM log_head');
    return rows[0]!.work;
  }

  /** The newest signed state; undefined before the first, and when the log's key is another by now. */
  async published(): Promise<{ readonly signedCheckpoint: string; readonly size: number } | undefined> {
    const { rows } = await this.#pool.query<{ checkpoint: string }>('SELECT checkpoint FROM log_head');
    const checkpoint = verifyCheckpoint(rows[0]!.checkpoint, this.#logKey);
    return checkpoint.ok ? { signedCheckpoint: rows[0]!.checkpoint, size: checkpoint.value.size } : undefined;
  }

  /**
   * Seals these entries and those of committed transactions. When it returns they are on disk and their state is signed.
   * When it throws, the entries handed in are either not in the log or, if the answer of the database or the signer was
   * lost, in it without anybody having been told.
   */
  async seal(entries: readonly Uint8Array[]): Promise<Sealed> {
    for (;;) {
      const batch = await this.#takeIn(entries);
      if ('unsigned' in batch) {
        await this.#signAndPublish(batch.unsigned, await this.#consistencyFromTiles(batch.unsigned));
        continue;
      }
      const { edge, firstIndex } = batch;
      const signedCheckpoint = await this.#signAndPublish({ size: edge.size, root: edge.root() }, edge.consistency(firstIndex));
      this.#edge = edge.trimmed();
      return { signedCheckpoint, edge, firstIndex };
    }
  }

  /** Whether the last signed state of this database is the last that the signer signed. No, where nobody can be asked. */
  async isCurrent(): Promise<boolean> {
    const before = await this.published();
    if (before === undefined) return false;
    const unsigned = before.signedCheckpoint.slice(0, before.signedCheckpoint.indexOf('\n\n') + 1);
    try {
      await this.#signCheckpoint({ checkpoint: unsigned, consistency: [] });
      return true;
    } catch {
      // Refused also where a later state was signed meanwhile; then that one is here.
      const after = await this.published();
      return after !== undefined && after.size > before.size;
    }
  }

  /** Signs the state that there is when nobody has yet. */
  async finish(): Promise<void> {
    const { rows } = await this.#pool.query<HeadRow>('SELECT size, root, signed_size, checkpoint FROM log_head');
    const head = headOf(rows);
    if (head.signedSize === head.size && verifyCheckpoint(head.checkpoint, this.#logKey).ok) return;
    await this.#signAndPublish(head, await this.#consistencyFromTiles(head));
  }

  /** A. `unsigned`: nothing was taken in, because the last batch was not signed yet, and that comes first. */
  async #takeIn(entries: readonly Uint8Array[]): Promise<{ readonly edge: TreeEdge; readonly firstIndex: number } | { readonly unsigned: Head }> {
    const known = this.#edge;
    // Until it is known that the transaction committed, nothing is known.
    this.#edge = undefined;
    return inTransaction(this.#pool, async (client) => {
      // One round trip. Durable whatever the role's default says.
      const answers = (await client.query(
        `SET LOCAL synchronous_commit = on;
         SELECT size, root, signed_size, checkpoint FROM log_head FOR UPDATE;
         SELECT commitment FROM log_pending LIMIT ${MAX_PENDING_PER_BATCH}`,
      )) as unknown as readonly pg.QueryResult[];
      const head = headOf(answers[1]!.rows as HeadRow[]);
      if (head.signedSize !== head.size) return { unsigned: head };
      const edge = known?.size === head.size ? known : TreeEdge.load(head.size, await readTiles(client, edgeTiles(head.size)));
      if (Buffer.compare(edge.root(), head.root) !== 0) throw new Error('the transparency log\'s tiles do not add up to its root');
      const pending = (answers[2]!.rows as { commitment: Buffer }[]).map((row) => new Uint8Array(row.commitment));
      const batch = [...entries, ...pending];
      if (batch.length === 0) return { edge, firstIndex: head.size };
      const next = edge.append(batch);
      await client.query({
        name: 'log-seal',
        // Split in the database: one parameter of bytes is cheaper to send and to read than an array of them.
        text: `WITH taken AS (DELETE FROM log_pending WHERE commitment = ANY ($1::bytea[])),
          leaves AS (INSERT INTO log_leaves (commitment, leaf_index)
            SELECT substr($2::bytea, at * ${HASH_LENGTH} + 1, ${HASH_LENGTH}), $3::bigint + at FROM generate_series(0, $4::int - 1) AS at),
          tiles AS (INSERT INTO log_tiles (level, tile_index, content) SELECT * FROM unnest($5::smallint[], $6::bigint[], $7::bytea[])
            ON CONFLICT (level, tile_index) DO UPDATE SET content = excluded.content)
          UPDATE log_head SET size = $8::bigint, root = $9::bytea`,
        values: [pending.map(buffer), Buffer.concat(batch), head.size, batch.length, ...columns(next.tiles), next.edge.size, buffer(next.edge.root())],
      });
      return { edge: next.edge, firstIndex: head.size };
    });
  }

  /** From the last signed state to one that somebody left unsigned: its edge may lie far behind. */
  #consistencyFromTiles({ signedSize, size }: Head): Promise<readonly Uint8Array[]> {
    return withTiles(this.#pool, (readHash) => consistencyPath(Math.max(signedSize, 0), size, readHash));
  }

  /** B and C, for a state that is durable. */
  async #signAndPublish({ size, root }: Pick<Head, 'size' | 'root'>, consistency: readonly Uint8Array[]): Promise<string> {
    const checkpoint = formatCheckpoint({ origin: this.#origin, size, root });
    let signed: string;
    try {
      signed = await this.#signCheckpoint({ checkpoint, consistency: consistency.map(toBase64) });
    } catch (error) {
      // Another server may have signed this state and a later one meanwhile: then the signer rightly refuses the older.
      const published = await this.published();
      if (published === undefined || published.size < size) throw error;
      return published.signedCheckpoint;
    }
    const verified = verifyCheckpoint(signed, this.#logKey);
    if (!verified.ok || !signed.startsWith(checkpoint)) throw new Error('the signer did not sign this checkpoint with the log\'s key');
    await this.#pool.query({ name: 'log-publish', text: 'UPDATE log_head SET signed_size = $1, checkpoint = $2 WHERE signed_size <= $1', values: [size, signed] });
    return signed;
  }
}

interface HeadRow {
  readonly size: string;
  readonly root: Buffer;
  readonly signed_size: string;
  readonly checkpoint: string;
}

function headOf(rows: readonly HeadRow[]): Head {
  const row = rows[0];
  if (row === undefined) throw new Error('the transparency log has no head');
  return { size: Number(row.size), root: row.root, signedSize: Number(row.signed_size), checkpoint: row.checkpoint };
}

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
const columns = (tiles: readonly StoredTile[]): readonly [number[], number[], Buffer[]] => [tiles.map(({ level }) => level), tiles.map(({ index }) => index), tiles.map(({ content }) => buffer(content))];
