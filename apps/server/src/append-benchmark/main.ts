/**
 * Measures the transparency log as it runs in production: real PostgreSQL that flushes at every commit, the signer's own
 * process, the server's own sequencer. One line of JSON on standard output. Started by `script/bench log`, which binds it
 * and its children to one processor core.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { LoggedEntry } from '@visavis/contract';
import { toBase64Url } from '@visavis/kernel';
import { commitment, leafHash, parseLogProof, verifyCheckpoint, verifyInclusion } from '@visavis/log';
import { migrate, openTransparencyLog } from '@visavis/registry';
import { startEmbeddedPostgres } from '../embedded-postgres.ts';
import { openPool } from '../open-pool.ts';
import { keepSignerChild } from '../signer/keep-signer-child.ts';
import { openOperatorSigner } from '../signer/open-operator-signer.ts';

/** Each waits for its proof before it appends again. */
const CALLERS = 1024;
const WARM_UP = 4 * CALLERS;

const entries = Number(process.argv[2]);
if (!Number.isInteger(entries) || entries < 1) throw new Error('how many entries?');
// PostgreSQL refuses to run as root and then runs as another user, who must be able to get here.
const folder = await mkdtemp('/var/tmp/visavis-bench-log-');
const dataDir = await mkdtemp('/var/tmp/visavis-bench-pg-');
const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const postgres = await startEmbeddedPostgres({ dataDir, onCrash: () => undefined });
const child = keepSignerChild({ dir: path.join(folder, 'signer'), logOrigin: 'localhost/bench-log', adoptOperatorKey: path.join(folder, 'none.json'), onEnded: () => undefined });
const operator = await openOperatorSigner(child);
const { signer } = operator;
const pool = openPool(postgres.connection, () => undefined);
try {
  await migrate(pool);
  let batches = 0;
  const log = await openTransparencyLog({
    pool,
    random,
    logKey: signer.logKey,
    signCheckpoint: (request) => {
      batches += 1;
      return signer.signCheckpoint(request);
    },
    onFault: () => undefined,
  });
  let made = 0;
  const append = async (): Promise<LoggedEntry> => log.append({ kind: 'boothOpened', at: new Date().toISOString(), boothKeyHash: toBase64Url(random(32)), verdictKeyThumbprint: toBase64Url(random(32)) });
  const appendUntil = async (total: number, onLogged: (logged: LoggedEntry, ms: number) => void): Promise<void> => {
    const caller = async (): Promise<void> => {
      while (made < total) {
        made += 1;
        const started = performance.now();
        const logged = await append();
        onLogged(logged, performance.now() - started);
      }
    };
    await Promise.all(Array.from({ length: Math.min(CALLERS, total) }, caller));
  };
  await appendUntil(WARM_UP, () => undefined);
  made = 0;
  batches = 0;
  const logged: LoggedEntry[] = [];
  const times: number[] = [];
  const started = performance.now();
  await appendUntil(entries, (one, ms) => {
    logged.push(one);
    times.push(ms);
  });
  const seconds = (performance.now() - started) / 1000;
  const { rows } = await pool.query<{ fsync: string; synchronous_commit: string }>(`SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit`);
  await log.close();
  const bytesPerEntry = logged.reduce((sum, { opening, proof }) => sum + opening.text.length + proof.length, 0) / entries;
  const raw = rawAppends(path.join(dataDir, 'raw'), entries, Math.max(1, Math.round(entries / batches)));
  times.sort((a, b) => a - b);
  const at = (share: number): number => Number(times[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(1));
  const appendsPerSecond = Math.round(entries / seconds);
  process.stdout.write(
    `${JSON.stringify({
      appendsPerSecond,
      entries,
      callers: CALLERS,
      seconds: Number(seconds.toFixed(2)),
      batches,
      proofsVerified: verifyAll(logged, signer.logKey),
      proofBytes: Math.round(bytesPerEntry),
      appendMs: { median: at(0.5), p95: at(0.95), p99: at(0.99) },
      raw: { ...raw, ratio: Number((appendsPerSecond / raw.appendsPerSecond).toFixed(4)) },
      database: rows[0],
    })}\n`,
  );
} finally {
  await pool.end();
  operator.close();
  await child.stop();
  await postgres.stop();
  await rm(folder, { recursive: true });
  await rm(dataDir, { recursive: true });
}

/** The physical bound: the same leaves, in batches of the same size, each written to a file and flushed, and nothing else. */
function rawAppends(file: string, total: number, perBatch: number): { readonly appendsPerSecond: number; readonly flushesPerSecond: number; readonly entriesPerFlush: number } {
  const descriptor = openSync(file, 'a');
  const [batch, began] = [Buffer.alloc(perBatch * 32, 1), performance.now()];
  let flushes = 0;
  for (; flushes * perBatch < total; flushes++) {
    writeSync(descriptor, batch);
    fdatasyncSync(descriptor);
  }
  const seconds = (performance.now() - began) / 1000;
  closeSync(descriptor);
  return { appendsPerSecond: Math.round((flushes * perBatch) / seconds), flushesPerSecond: Math.round(flushes / seconds), entriesPerFlush: perBatch };
}

/** As a client does, but each checkpoint's signature once. Throws when one proof does not hold. */
function verifyAll(all: readonly LoggedEntry[], logKey: string): number {
  const checkpoints = new Map<string, { readonly size: number; readonly root: Uint8Array }>();
  for (const { opening, proof } of all) {
    const parsed = parseLogProof(proof);
    if (!parsed.ok) throw new Error(parsed.fault.code);
    let checkpoint = checkpoints.get(parsed.value.checkpoint);
    if (checkpoint === undefined) {
      const verified = verifyCheckpoint(parsed.value.checkpoint, logKey);
      if (!verified.ok) throw new Error(verified.fault.code);
      checkpoint = verified.value;
      checkpoints.set(parsed.value.checkpoint, checkpoint);
    }
    const leaf = leafHash(commitment(Buffer.from(opening.salt, 'base64url'), opening.text));
    if (!verifyInclusion({ ...parsed.value, ...checkpoint, leaf })) throw new Error('a proof does not hold');
  }
  return all.length;
}
