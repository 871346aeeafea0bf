import type { LogEntry, LoggedEntry, LogOpening } from '@visavis/contract';
import type pg from 'pg';

/**
 * The public, append-only log of salted commitments. An entry is durable before it is acknowledged, and once
 * acknowledged it is never lost: {@link append} resolves, or the transaction of {@link appendWith} commits, only after
 * PostgreSQL has flushed it to disk.
 */
export interface TransparencyLog {
  /** Appends an entry under a fresh random salt and waits for its inclusion proof under a signed checkpoint. */
  append(entry: LogEntry): Promise<LoggedEntry>;
  /**
   * Appends an entry together with what else a transaction writes: all or nothing. Its proof can be had from
   * {@link prove} once the transaction has committed.
   * @param salt 32 bytes; the caller keeps it where it can be erased
   */
  appendWith(client: Pick<pg.PoolClient, 'query'>, entry: LogEntry, salt: Uint8Array): Promise<LogOpening>;
  /** The proof of an entry that is committed; waits until the sequencer has taken it in. Undefined: not in this log. */
  prove(opening: LogOpening): Promise<LoggedEntry | undefined>;
  /** Whether this database holds all that was ever signed: one that was restored from a backup does not. */
  isCurrent(): Promise<boolean>;
  /** The newest signed checkpoint (C2SP tlog-checkpoint). */
  checkpoint(): Promise<string>;
  /** A tile of hashes, or of entries at level `entries` (C2SP tlog-tiles); undefined where there is none yet. */
  tile(level: number | 'entries', index: number, width: number): Promise<Uint8Array | undefined>;
}
