import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LogOpening } from '@visavis/contract';
import { commitment, toBase64, verifyLoggedEntry } from '@visavis/log';
import { openTransparencyLog, type OpenTransparencyLog } from '@visavis/registry';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogSigner } from './log-signer.ts';
import { readLog } from './read-log.ts';
import { startTestDatabase, type TestDatabase } from './start-test-database.ts';

/** Refuses, as the real one does, whatever would be a second log. */
const signer = createLogSigner();
const acknowledged: LogOpening[] = [];
let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await startTestDatabase();
  pool = database.pool;
});
afterAll(async () => {
  await database?.stop();
});

const writerProgram = path.join(path.dirname(fileURLToPath(import.meta.url)), 'log-writer.ts');
function startWriter(killAt: string): { readonly child: ChildProcess; readonly ended: Promise<NodeJS.Signals | null>; acknowledged(): number } {
  const child = fork(writerProgram, [JSON.stringify(database.postgres.connection), signer.logKey, killAt], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let count = 0;
  child.on('message', (message: { acknowledged?: LogOpening; sign?: { id: number; request: { checkpoint: string; consistency: string[] } } }) => {
    if (message.acknowledged !== undefined) {
      acknowledged.push(message.acknowledged);
      count += 1;
    }
    if (message.sign === undefined) return;
    let signed: string | undefined;
    try {
      signed = signer.sign(message.sign.request);
    } catch {
      // Refused, as a state is that another writer's has overtaken.
    }
    // The child may be dead by the time it is answered: that is the point.
    child.send({ id: message.sign.id, signed }, () => undefined);
  });
  // Both: what it said last is read after it has ended.
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_code, signal) => resolve(signal));
  });
  return { child, ended, acknowledged: () => count };
}

const openLog = (): Promise<OpenTransparencyLog> =>
  openTransparencyLog({ pool, random: (n) => new Uint8Array(randomBytes(n)), logKey: signer.logKey, signCheckpoint: async (request) => signer.sign(request), onFault: () => undefined });

/** The log goes on at once, is whole, holds everything that was acknowledged, and nothing twice. */
async function expectNothingLost(): Promise<void> {
  const log = await openLog();
  const fresh = await log.append({ kind: 'deviceAdded', at: '2026-11-22T12:00:00.000Z', identityId: 'after', deviceId: 'the crash' });
  acknowledged.push(fresh.opening);
  expect(verifyLoggedEntry(fresh, signer.logKey).ok).toBe(true);
  const last = await log.prove(acknowledged.at(-2) ?? fresh.opening);
  expect(last !== undefined && verifyLoggedEntry(last, signer.logKey).ok).toBe(true);
  const { entries } = await readLog(log, signer.logKey);
  const there = new Set(entries);
  expect(there.size).toBe(entries.length);
  const lost = acknowledged.filter(({ salt, text }) => !there.has(toBase64(commitment(Buffer.from(salt, 'base64url'), text))));
  expect(lost).toEqual([]);
  await log.close();
}

const steps = ['the head', 'the batch', 'COMMIT', 'publishing'].flatMap((name) => [`before ${name}`, `sent ${name}`, `after ${name}`]);
for (const step of [...steps, 'before signing', 'after signing']) {
  it(`killed ${step}: the log goes on where it was`, async () => {
    const writer = startWriter(step);
    expect(await writer.ended).toBe('SIGKILL');
    expect(writer.acknowledged()).toBeGreaterThanOrEqual(4);
    await expectNothingLost();
  });
}

it('killed at any moment while two servers write: nothing that was acknowledged is lost', async () => {
  for (let round = 0; round < 2; round++) {
    const [first, second] = [startWriter('never'), startWriter('never')];
    await expect.poll(() => Math.min(first.acknowledged(), second.acknowledged()), { timeout: 60_000, interval: 20 }).toBeGreaterThan(300);
    first.child.kill('SIGKILL');
    await first.ended;
    const before = second.acknowledged();
    await expect.poll(() => second.acknowledged(), { timeout: 60_000, interval: 20 }).toBeGreaterThan(before + 300);
    second.child.kill('SIGKILL');
    await second.ended;
    await expectNothingLost();
  }
});

it('a database that is killed in the middle of batches loses nothing that was acknowledged, and the log goes on when it is back', async () => {
  const log = await openLog();
  let failed = 0;
  const stop = new AbortController();
  const write = async (n: number): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        acknowledged.push((await log.append({ kind: 'deviceAdded', at: '2026-11-22T12:00:00.000Z', identityId: `writer ${n}`, deviceId: String(acknowledged.length) })).opening);
      } catch {
        failed += 1;
        await sleep(20);
      }
    }
  };
  const before = acknowledged.length;
  const writers = Array.from({ length: 50 }, (_, n) => write(n));
  await expect.poll(() => acknowledged.length, { timeout: 60_000 }).toBeGreaterThan(before + 200);
  process.kill(database.postgres.pid, 'SIGKILL');
  await expect.poll(() => failed, { timeout: 60_000 }).toBeGreaterThan(0);
  const atCrash = acknowledged.length;
  await expect.poll(() => acknowledged.length, { timeout: 60_000 }).toBeGreaterThan(atCrash + 200);
  stop.abort();
  await Promise.all(writers);
  await log.close();
  await expectNothingLost();
});
