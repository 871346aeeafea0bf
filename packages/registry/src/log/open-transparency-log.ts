import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEntry } from '@visavis/contract';
import { type Bytes, fromBase64Url, type RandomBytes } from '@visavis/kernel';
import { commitment, encodeEntryBundle, encodeLogProof, inclusionPath, TILE_WIDTH, verifyCheckpoint } from '@visavis/log';
import type pg from 'pg';
import { appendPending, prepareEntry } from './append-pending.ts';
import { checkDurability } from './check-durability.ts';
import { Sequencer, type SignCheckpoint } from './sequencer.ts';
import { withTiles } from './tile-store.ts';
import type { TransparencyLog } from './transparency-log.ts';
import { ENTRIES_LEVEL, HASH_LENGTH } from './tree-edge.ts';

/** A log of this process on a database that others may write to as well. */
export interface OpenTransparencyLog extends TransparencyLog {
  /** Waits for the batch at work; the database's pool stays open. */
  close(): Promise<void>;
}

const SALT_BYTES = 32;
/** As many as the tree takes in well below a second: more would only wait, and memory is bounded. */
const MAX_WAITING = 20_000;
/** A batch's bytes go to the database in two parameters; 2,048 entries keep its transaction near ten milliseconds. */
const MAX_BATCH = 2048;
/** How often entries are looked for whose transaction committed and whose proof nobody has asked for. */
const SWEEP_EVERY_MS = 1000;
/** A proof is a matter of milliseconds; a signer or a database that is away must end in an answer. */
const PROVE_TIMEOUT_MS = 15_000;
/** One round always suffices but while a log's key is being changed. */
const RETRY_PAUSE_MS = 50;
/** Another server may be between having a state signed and publishing it, for some milliseconds; a database that was set back stays so. */
const CURRENT_TRIES = 40;

interface Waiting {
  readonly commitment: Bytes;
  readonly resolve: (proof: string) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens the transparency log in a database: checks that it writes to disk before it says so, signs the state that a
 * crash may have left unsigned, refuses a database that was set back, and keeps taking in the entries of committed
 * transactions, this server's and others'.
 * @param options.logKey verifier key (C2SP signed-note) under which `signCheckpoint` signs
 * @param options.onFault told when entries could not be sealed; it is tried again every second
 * @throws when the database does not flush at commit, or the signer does not sign its state
 */
export async function openTransparencyLog(options: {
  readonly pool: pg.Pool;
  readonly random: RandomBytes;
  readonly logKey: string;
  readonly signCheckpoint: SignCheckpoint;
  readonly onFault: () => void;
}): Promise<OpenTransparencyLog> {
  const { pool, random, logKey } = options;
  await checkDurability(pool);
  const sequencer = new Sequencer(pool, logKey, options.signCheckpoint);
  await sequencer.finish();
  for (let tries = 1; !(await sequencer.isCurrent()); tries++) {
    if (tries === CURRENT_TRIES) throw new Error('the signer does not sign the state of the transparency log that this database holds: it has signed a later one, or does not answer any more');
    await sleep(RETRY_PAUSE_MS);
    await sequencer.finish();
  }

  const waiting: Waiting[] = [];
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let closed = false;

  /** Resolves when a round that began after this call is over; rejects when it failed. Without delay when none is at work. */
  const nextRound = (): Promise<void> => {
    next ??= current.catch(() => undefined).then(() => {
      next = undefined;
      current = round();
      return current;
    });
    return next;
  };
  const round = async (): Promise<void> => {
    const batch = waiting.splice(0, MAX_BATCH);
    try {
      if (batch.length === 0 && !(await sequencer.hasWork())) return;
      const { signedCheckpoint, edge, firstIndex } = await sequencer.seal(batch.map((entry) => entry.commitment));
      for (const [at, entry] of batch.entries()) entry.resolve(encodeLogProof({ index: firstIndex + at, path: edge.inclusion(firstIndex + at), checkpoint: signedCheckpoint }));
    } catch (error) {
      for (const entry of batch) entry.reject(error);
      throw error;
    } finally {
      if (waiting.length > 0) start();
    }
  };
  const start = (): void => void nextRound().catch(() => options.onFault());

  const sweep = setInterval(start, SWEEP_EVERY_MS);
  sweep.unref();

  const stillOpen = (): void => {
    if (closed) throw new Error('the transparency log is closed');
  };

  return {
    async append(entry) {
      stillOpen();
      const { opening, leaf } = prepareEntry(entry, random(SALT_BYTES));
      if (waiting.length >= MAX_WAITING) throw new Error('too many entries are waiting for the transparency log');
      const proof = await new Promise<string>((resolve, reject) => {
        waiting.push({ commitment: leaf, resolve, reject });
        start();
      });
      return { opening, proof };
    },

    async appendWith(client, entry, salt) {
      stillOpen();
      return appendPending(client, entry, salt);
    },

    async prove(opening): Promise<LoggedEntry | undefined> {
      const leaf = Buffer.from(commitment(fromBase64Url(opening.salt), opening.text));
      const deadline = AbortSignal.timeout(PROVE_TIMEOUT_MS);
      let tried = false;
      for (;;) {
        // One statement, one snapshot: a batch moves an entry from the one table to the other at once.
        const { rows } = await pool.query<{ leaf_index: string | null; pending: boolean; size: string; checkpoint: string }>({
          name: 'log-prove',
          text: `SELECT (SELECT min(leaf_index) FROM log_leaves WHERE commitment = $1) AS leaf_index,
              EXISTS (SELECT 1 FROM log_pending WHERE commitment = $1) AS pending, signed_size AS size, checkpoint FROM log_head`,
          values: [leaf],
        });
        const { leaf_index, pending, checkpoint } = rows[0]!;
        if (leaf_index === null && !pending) return undefined;
        const [index, size] = [Number(leaf_index), Number(rows[0]!.size)];
        if (leaf_index !== null && index < size && verifyCheckpoint(checkpoint, logKey).ok) {
          const path = await withTiles(pool, (readHash) => inclusionPath(index, size, readHash));
          return { opening, proof: encodeLogProof({ index, path, checkpoint }) };
        }
        if (tried) await sleep(RETRY_PAUSE_MS);
        tried = true;
        if (deadline.aborted) throw new Error('the transparency log did not take an entry in');
        await nextRound();
      }
    },

    isCurrent: () => sequencer.isCurrent(),

    async checkpoint() {
      const published = await sequencer.published();
      if (published !== undefined) return published.signedCheckpoint;
      await sequencer.finish();
      return (await sequencer.published())!.signedCheckpoint;
    },

    async tile(level, index, width) {
      const stored = level === 'entries' ? ENTRIES_LEVEL : level;
      const { rows } = await pool.query<{ content: Buffer }>({
        name: 'log-tile',
        // What nobody has signed yet is not shown.
        text: `SELECT substr(content, 1, $3::int * ${HASH_LENGTH}) AS content FROM log_tiles
          WHERE level = $1 AND tile_index = $2 AND (tile_index::numeric * ${TILE_WIDTH} + $3::int) * ${TILE_WIDTH}::numeric ^ greatest(level, 0) <= (SELECT signed_size FROM log_head)`,
        values: [stored, index, width],
      });
      const content = rows[0]?.content;
      if (content?.length !== width * HASH_LENGTH) return undefined;
      return level === 'entries' ? encodeEntryBundle(Array.from({ length: width }, (_, at) => content.subarray(at * HASH_LENGTH, (at + 1) * HASH_LENGTH))) : new Uint8Array(content);
    },

    async close() {
      closed = true;
      clearInterval(sweep);
      await nextRound().catch(() => undefined);
    },
  };
}
