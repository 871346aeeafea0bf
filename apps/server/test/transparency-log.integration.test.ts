import { randomBytes } from 'node:crypto';
import type { LogEntry, LoggedEntry } from '@visavis/contract';
import { commitment, toBase64, verifyLoggedEntry } from '@visavis/log';
import { inTransaction, openTransparencyLog, type OpenTransparencyLog } from '@visavis/registry';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPool } from '../src/open-pool.ts';
import { createLogSigner, type LogSigner } from './log-signer.ts';
import { readLog } from './read-log.ts';
import { startTestDatabase, type TestDatabase } from './start-test-database.ts';

let database: TestDatabase;
let pool: pg.Pool;
let signer: LogSigner;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await startTestDatabase();
  pool = database.pool;
});
afterAll(async () => {
  await database?.stop();
});
const emptyDatabase = (): Promise<unknown> =>
  pool.query(`TRUNCATE log_pending, log_leaves, log_tiles, log_public_openings; UPDATE log_head SET size = 0, signed_size = -1, checkpoint = '', root = '\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'`);
beforeEach(async () => {
  for (const log of opened.splice(0)) await log.close();
  await emptyDatabase();
  signer = createLogSigner();
});

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
async function open(sign: (request: { checkpoint: string; consistency: readonly string[] }) => string | Promise<string> = signer.sign): Promise<OpenTransparencyLog> {
  const log = await openTransparencyLog({ pool, random, logKey: signer.logKey, signCheckpoint: async (request) => sign(request), onFault: () => undefined });
  opened.push(log);
  return log;
}
const entry = (n: number): LogEntry => ({ kind: 'deviceAdded', at: '2026-11-22T12:00:00.000Z', identityId: 'some identity', deviceId: String(n) });
const leafOf = ({ opening }: Pick<LoggedEntry, 'opening'>): string => toBase64(commitment(Buffer.from(opening.salt, 'base64url'), opening.text));

describe('an entry', () => {
  it('is proved by what append returns, and by what prove returns later, when the log has grown', async () => {
    const log = await open();
    expect((await readLog(log, signer.logKey)).size).toBe(0);
    const first = await log.append(entry(1));
    expect(verifyLoggedEntry(first, signer.logKey)).toEqual({ ok: true, value: { text: JSON.stringify(entry(1)), index: 0, size: 1 } });
    const later = await Promise.all(Array.from({ length: 600 }, (_, n) => log.append(entry(n))));
    for (const logged of [...later, (await log.prove(first.opening))!, (await log.prove(later[300]!.opening))!]) expect(verifyLoggedEntry(logged, signer.logKey).ok).toBe(true);
    const { entries } = await readLog(log, signer.logKey);
    expect(entries.toSorted()).toEqual([first, ...later].map(leafOf).toSorted());
    expect(await log.prove({ ...first.opening, text: '{}' })).toBeUndefined();
  });

  it('appended with a transaction is there when that commits, and never was when it does not', async () => {
    const log = await open();
    const kept = await inTransaction(pool, (client) => log.appendWith(client, entry(1), random(32)));
    const dropped = await inTransaction(pool, async (client) => {
      const opening = await log.appendWith(client, entry(2), random(32));
      throw Object.assign(new Error('changed its mind'), { opening });
    }).catch((error: { opening: LoggedEntry['opening'] }) => error.opening);
    const logged = (await log.prove(kept))!;
    expect(verifyLoggedEntry(logged, signer.logKey).ok).toBe(true);
    expect(await log.prove(dropped)).toBeUndefined();
    expect((await readLog(log, signer.logKey)).entries).toEqual([leafOf(logged)]);
  });

  it('of a transaction is taken in soon though nobody asks for its proof', async () => {
    const log = await open();
    await inTransaction(pool, (client) => log.appendWith(client, entry(1), random(32)));
    await expect.poll(async () => (await readLog(log, signer.logKey)).size, { timeout: 10_000 }).toBe(1);
  });

  it('that the log\'s own schema does not know is not written', async () => {
    const log = await open();
    await expect(log.append({ ...entry(1), faceTemplate: 'x' } as unknown as LogEntry)).rejects.toThrow('faceTemplate');
    expect((await readLog(log, signer.logKey)).size).toBe(0);
  });
});

describe('several servers on one database', () => {
  it('make one chain: no entry is lost, none is doubled, every proof holds', async () => {
    const logs = [await open(), await open(), await open()];
    const [direct, withTransactions] = await Promise.all([
      Promise.all(Array.from({ length: 900 }, (_, n) => logs[n % 3]!.append(entry(n)))),
      Promise.all(Array.from({ length: 300 }, (_, n) => inTransaction(pool, (client) => logs[n % 3]!.appendWith(client, entry(n), random(32))).then((opening) => logs[(n + 1) % 3]!.prove(opening)))),
    ]);
    const logged = [...direct, ...withTransactions.map((one) => one!)];
    const places = logged.map((one) => {
      const verified = verifyLoggedEntry(one, signer.logKey);
      return verified.ok ? verified.value.index : verified.fault.code;
    });
    expect(places.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 1200 }, (_, n) => n));
    const { entries } = await readLog(logs[0]!, signer.logKey);
    expect(logged.map(leafOf).toSorted()).toEqual(entries.toSorted());
    expect(signer.signed.toSorted((a, b) => a - b)).toEqual(signer.signed);
  });
});

describe('what fails on the way', () => {
  it('a signer that is away refuses appends, loses nothing that is in, and everything goes on when it is back', async () => {
    let away = false;
    const log = await open((request) => {
      if (away) throw new Error('away');
      return signer.sign(request);
    });
    await log.append(entry(1));
    away = true;
    await expect(log.append(entry(2))).rejects.toThrow('away');
    const opening = await inTransaction(pool, (client) => log.appendWith(client, entry(3), random(32)));
    await expect(log.prove(opening)).rejects.toThrow('away');
    expect((await readLog(log, signer.logKey)).size).toBe(1);
    away = false;
    expect(verifyLoggedEntry((await log.prove(opening))!, signer.logKey).ok).toBe(true);
    await log.append(entry(4));
    expect((await readLog(log, signer.logKey)).size).toBe(4);
  });

  it('a signature that was made and got lost does not block the log: the same state is signed again', async () => {
    let lose = true;
    const log = await open((request) => {
      const signed = signer.sign(request);
      if (lose && !request.checkpoint.includes('\n0\n')) throw new Error('answer lost');
      return signed;
    });
    await Promise.all(Array.from({ length: 700 }, (_, n) => expect(log.append(entry(n))).rejects.toThrow('answer lost')));
    lose = false;
    await log.append(entry(701));
    expect((await readLog(log, signer.logKey)).size).toBeGreaterThan(1);
    expect(signer.signed.length).toBeGreaterThan(new Set(signer.signed).size);
  });

  it('a signature of another key, or over another state, is not published', async () => {
    const other = createLogSigner('localhost/test-log', new Uint8Array(32).fill(6));
    await expect(open((request) => other.sign(request))).rejects.toThrow('did not sign this checkpoint');
    const log = await open();
    await log.append(entry(1));
    const old = await log.checkpoint();
    const replaying = await open(() => old);
    await expect(replaying.append(entry(2))).rejects.toThrow('did not sign this checkpoint');
  });

  it('tiles that were changed in the database are not built upon', async () => {
    const log = await open();
    await Promise.all(Array.from({ length: 5 }, (_, n) => log.append(entry(n))));
    await pool.query('UPDATE log_tiles SET content = overlay(content PLACING \'\\x00\'::bytea FROM 3) WHERE level = 0');
    const second = await open();
    await expect(second.append(entry(6))).rejects.toThrow('do not add up');
    expect(signer.signed.at(-1)).toBe(5);
  });

  it('a database that was set back is not served: the signer remembers what it signed', async () => {
    const log = await open();
    await log.append(entry(1));
    await log.close();
    const serving = await open();
    expect((await readLog(serving, signer.logKey)).size).toBe(1);
    await serving.close();
    await emptyDatabase();
    await expect(open()).rejects.toThrow('shrunk');
  });

  it("nor is one that was set back to a signed state, as yesterday's backup is: it would be found out only by its next entry", async () => {
    const log = await open();
    await log.append(entry(1));
    await log.close();
    const tables = ['log_head', 'log_tiles', 'log_leaves'];
    for (const table of tables) await pool.query(`CREATE TABLE backup_${table} AS TABLE ${table}`);
    const later = await open();
    await later.append(entry(2));
    await later.close();
    for (const table of tables) await pool.query(`CREATE TABLE today_${table} AS TABLE ${table}`);
    const restore = async (copy: string): Promise<void> => {
      for (const table of tables) await pool.query(`WITH gone AS (DELETE FROM ${table}) SELECT`).then(() => pool.query(`INSERT INTO ${table} TABLE ${copy}_${table}`));
    };
    await restore('backup');
    await expect(open()).rejects.toThrow('has signed a later one');
    // Honest twin: brought forward, it goes on.
    await restore('today');
    const again = await open();
    await again.append(entry(3));
    expect((await readLog(again, signer.logKey)).size).toBe(3);
    await again.close();
    for (const copy of ['backup', 'today']) for (const table of tables) await pool.query(`DROP TABLE ${copy}_${table}`);
  });

  it('more entries than can wait are refused at once, and those that wait are sealed when the signer is back', async () => {
    let back = (): void => undefined;
    const away = new Promise<void>((resolve) => {
      back = resolve;
    });
    let blocked = false;
    const log = await open(async (request) => {
      if (blocked) await away;
      return signer.sign(request);
    });
    blocked = true;
    const waiting = Array.from({ length: 20_000 }, (_, n) => log.append(entry(n)));
    await expect(log.append(entry(20_000))).rejects.toThrow('too many entries are waiting for the transparency log');
    blocked = false;
    back();
    await Promise.all(waiting);
    expect((await readLog(log, signer.logKey)).size).toBe(20_000);
  });

  it('a database that may lose what it acknowledged is refused', async () => {
    const careless = openPool({ ...database.postgres.connection, options: '-c synchronous_commit=off' }, () => undefined);
    await expect(openTransparencyLog({ pool: careless, random, logKey: signer.logKey, signCheckpoint: async (request) => signer.sign(request), onFault: () => undefined })).rejects.toThrow('synchronous_commit = on');
    await careless.end();
  });
});

describe('tiles', () => {
  it('are shown as far as they are signed, at every width that was ever signed, and not beyond', async () => {
    let away = false;
    const log = await open((request) => {
      if (away) throw new Error('away');
      return signer.sign(request);
    });
    for (let n = 0; n < 3; n++) await log.append(entry(n));
    away = true;
    await expect(log.append(entry(3))).rejects.toThrow('away');
    expect([(await log.tile(0, 0, 1))?.length, (await log.tile(0, 0, 3))?.length, await log.tile(0, 0, 4), await log.tile(0, 0, 256), await log.tile(0, 1, 1), await log.tile(1, 0, 1)]).toEqual([32, 96, undefined, undefined, undefined, undefined]);
    expect([(await log.tile('entries', 0, 2))?.length, await log.tile('entries', 0, 4)]).toEqual([68, undefined]);
    expect([await log.tile(63, 0, 1), await log.tile(0, Number.MAX_SAFE_INTEGER, 256)]).toEqual([undefined, undefined]);
  });
});
