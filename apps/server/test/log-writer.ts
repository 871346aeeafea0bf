import { randomBytes } from 'node:crypto';
import type { LogEntry } from '@visavis/contract';
import { inTransaction, openTransparencyLog } from '@visavis/registry';
import pg from 'pg';
import { openPool } from '../src/open-pool.ts';

// A server's log as a process of its own, so that a test can kill it. Its signer is the test. It tells of each entry that
// was acknowledged, and kills itself at the step that the test names.
const [connection, logKey, killAt] = [JSON.parse(process.argv[2]!) as pg.PoolConfig, process.argv[3]!, process.argv[4]!];
let armed = false;
const reach = (step: string): void => {
  if (armed && step === killAt) process.kill(process.pid, 'SIGKILL');
};

const names: readonly (readonly [RegExp, string])[] = [
  [/^COMMIT/, 'COMMIT'],
  [/FOR UPDATE/, 'the head'],
  [/INSERT INTO log_leaves/, 'the batch'],
  [/UPDATE log_head SET signed_size/, 'publishing'],
];
const query = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown;
pg.Client.prototype.query = function watched(this: pg.Client, ...args: unknown[]) {
  const text = typeof args[0] === 'string' ? args[0] : ((args[0] as { text?: string }).text ?? '');
  const name = names.find(([pattern]) => pattern.test(text))?.[1];
  if (name === undefined) return query.apply(this, args);
  reach(`before ${name}`);
  // The pool asks by callback, a transaction by promise.
  const callback = args.at(-1);
  if (typeof callback === 'function') args[args.length - 1] = (...answer: unknown[]) => (reach(`after ${name}`), (callback as (...answer: unknown[]) => unknown)(...answer));
  const answered = query.apply(this, args);
  reach(`sent ${name}`);
  if (answered instanceof Promise) return answered.then((value: unknown) => (reach(`after ${name}`), value));
  return answered;
} as typeof pg.Client.prototype.query;

const asked = new Map<number, (signed: string | undefined) => void>();
process.on('message', ({ id, signed }: { id: number; signed?: string }) => asked.get(id)?.(signed));
let nextId = 0;
const tell = (message: object): void => void process.send!(message);

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const pool = openPool(connection, () => undefined);
const log = await openTransparencyLog({
  pool,
  random,
  logKey,
  signCheckpoint: async (request) => {
    reach('before signing');
    const id = nextId++;
    const signed = await new Promise<string | undefined>((resolve) => {
      asked.set(id, resolve);
      tell({ sign: { id, request } });
    });
    reach('after signing');
    if (signed === undefined) throw new Error('refused');
    return signed;
  },
  onFault: () => undefined,
});
const entry = (n: number): LogEntry => ({ kind: 'deviceAdded', at: '2026-11-22T12:00:00.000Z', identityId: String(process.pid), deviceId: String(n) });
const append = async (n: number): Promise<void> => tell({ acknowledged: (await log.append(entry(n))).opening });

await Promise.all([append(1), append(2), append(3)]);
tell({ acknowledged: await inTransaction(pool, (client) => log.appendWith(client, entry(4), random(32))) });
armed = true;
// A batch over the edge of a tile, then more than one batch at once, until somebody ends it.
for (let n = 10; ; n += 300) await Promise.all(Array.from({ length: 300 }, (_, at) => append(n + at)));
