import type { LogEntry } from '@visavis/contract';
import type pg from 'pg';
import { appendPending } from '../log/append-pending.ts';
import type { Registry } from '../registry.ts';

type DeskEntry = Extract<LogEntry, { kind: 'deskAct' }>;

const SALT_BYTES = 32;

/** Writes down what somebody at a counter did, here and in the public log, in the transaction that does it. */
export async function recordDeskAct(client: Pick<pg.PoolClient, 'query'>, registry: Pick<Registry, 'clock' | 'random'>, done: Pick<DeskEntry, 'agentId' | 'act' | 'subject'>): Promise<void> {
  const at = new Date(registry.clock()).toISOString();
  const { salt, text } = await appendPending(client, { kind: 'deskAct', at, ...done }, registry.random(SALT_BYTES));
  await client.query('INSERT INTO desk_acts (at, agent_id, act, subject, salt, entry) VALUES ($1, $2, $3, $4, $5, $6)', [at, done.agentId, done.act, done.subject, salt, text]);
}
