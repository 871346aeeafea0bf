import type { BoothOutcome, WaitedAtMost } from '@visavis/contract';
import type pg from 'pg';
import type { Registry } from '../registry.ts';

/** What is counted by day. A refusal's code comes from our own lists, never from a stranger. */
export type Counted = 'attempt' | `outcome ${BoothOutcome}` | `refusal ${string}` | `waited ${WaitedAtMost}` | 'identityMade' | 'identityErased' | 'roomErased';

const PARTS = 16;

/**
 * Counts one more of it today (UTC). Says nothing of whom: no id, no hour.
 * @param client a pool, or the transaction that makes it true
 */
export async function countToday({ clock, random }: Pick<Registry, 'clock' | 'random'>, client: Pick<pg.PoolClient, 'query'>, counted: Counted): Promise<void> {
  await client.query(`INSERT INTO daily_counts AS today (day, counted, part, n) VALUES ($1, $2, $3, 1) ON CONFLICT (day, counted, part) DO UPDATE SET n = today.n + 1`, [dayOf(clock()), counted, random(1)[0]! % PARTS]);
}

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
