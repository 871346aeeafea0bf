import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What was signed and must not be contradicted. Every write has reached the disk when it returns; a full disk throws. */
export interface SignerMemory {
  lastCheckpoint(): { readonly size: number; readonly root: Uint8Array } | undefined;
  keepCheckpoint(size: number, root: Uint8Array): void;
  /** For whom a booth's keys were certified, while such a certificate may still be valid. */
  certifiedFor(boothKeys: string, nowS: number): string | undefined;
  keepCertified(boothKeys: string, whom: string, untilS: number): void;
  close(): void;
}

/**
 * Opens the signer's memory for this process alone: another one that tries meanwhile is refused, and a process that died
 * holds nothing, since the lock is the kernel's. Two signers with one key could sign two logs.
 * @throws when another process has it, and when it is gone while the log's key is there: a signer that forgot what it
 * signed would sign a second log with the same key
 */
export function openMemory(dir: string): SignerMemory {
  const file = path.join(dir, 'signed.db');
  // Made before the keys are, so a key without a memory has lost it.
  if (!existsSync(file) && existsSync(path.join(dir, 'log-key.json'))) throw new Error(`${file} is gone: bring it back, or begin a new log with a new key by removing log-key.json too`);
  const database = new DatabaseSync(file);
  // EXCLUSIVE: locked from the first write to the end of this process. FULL: fsync at every commit.
  database.exec(`
    PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS last_checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS certified (booth_keys TEXT PRIMARY KEY, whom TEXT NOT NULL, until_s INTEGER NOT NULL);
    BEGIN IMMEDIATE; COMMIT;
  `);
  const readCheckpoint = database.prepare('SELECT size, root FROM last_checkpoint');
  const writeCheckpoint = database.prepare('INSERT INTO last_checkpoint VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root');
  const readCertified = database.prepare('SELECT whom FROM certified WHERE booth_keys = ? AND until_s >= ?');
  const writeCertified = database.prepare('INSERT INTO certified VALUES (?, ?, ?) ON CONFLICT (booth_keys) DO UPDATE SET whom = excluded.whom, until_s = excluded.until_s');
  const forgetCertified = database.prepare('DELETE FROM certified WHERE until_s < ?');
  return {
    lastCheckpoint() {
      const row = readCheckpoint.get() as { readonly size: number; readonly root: Uint8Array } | undefined;
      return row === undefined ? undefined : { size: row.size, root: row.root };
    },
    keepCheckpoint(size, root) {
      writeCheckpoint.run(size, root);
    },
    certifiedFor(boothKeys, nowS) {
      forgetCertified.run(nowS);
      return (readCertified.get(boothKeys, nowS) as { readonly whom: string } | undefined)?.whom;
    },
    keepCertified(boothKeys, whom, untilS) {
      writeCertified.run(boothKeys, whom, untilS);
    },
    close: () => database.close(),
  };
}
