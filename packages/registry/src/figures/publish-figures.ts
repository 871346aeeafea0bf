import { createHash } from 'node:crypto';
import { type BoothOutcome, type DailyFigures, dailyFigures, LEAST_NAMED, type PublishedDay, waitedAtMost } from '@visavis/contract';
import { toBase64Url } from '@visavis/kernel';
import type pg from 'pg';
import { inTransaction } from '../in-transaction.ts';
import type { Registry } from '../registry.ts';
import type { Counted } from './count-today.ts';

/** A room that was opened at midnight ends within this; what it came to belongs to the day on which it ended. */
const PUBLISHED_AFTER_MS = 10 * 60 * 1000;
const DAY_MS = 24 * 3600 * 1000;
const SALT_BYTES = 32;
/** Servers that publish at one time publish a day once. Any number that nothing else locks. */
const FIGURES_LOCK = 7_110_002;
/** A service that was down for longer has gaps, and the days that are missing show it. */
const MOST_DAYS_PER_RUN = 31;

/**
 * Publishes the figures of every day that is over, oldest first: the text, its hash in the transparency log, and the
 * counts gone, in one transaction a day. Once published a day can't be changed without everybody being able to show it.
 * Days on which nothing happened are published too: a missing day is one that was kept back.
 * @returns the days that were published now
 */
export async function publishFigures(registry: Pick<Registry, 'pool' | 'log' | 'clock' | 'random'>): Promise<readonly string[]> {
  const published: string[] = [];
  while (published.length < MOST_DAYS_PER_RUN) {
    const day = await publishNext(registry);
    if (day === undefined) break;
    published.push(day);
  }
  return published;
}

/** The days last published, newest first, each with its proof. */
export async function listFigures(registry: Pick<Registry, 'pool' | 'log'>, most: number): Promise<readonly PublishedDay[]> {
  const { rows } = await registry.pool.query<{ figures: string; salt: string; entry: string }>('SELECT figures, salt, entry FROM daily_figures ORDER BY day DESC LIMIT $1', [most]);
  const days = await Promise.all(
    rows.map(async ({ figures, salt, entry }) => {
      const logged = await registry.log.prove({ salt, text: entry });
      return logged === undefined ? [] : [{ text: figures, logged }];
    }),
  );
  return days.flat();
}

async function publishNext(registry: Pick<Registry, 'pool' | 'log' | 'clock' | 'random'>): Promise<string | undefined> {
  return inTransaction(registry.pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [FIGURES_LOCK]);
    const day = await nextDay(client, registry.clock());
    if (day === undefined) return undefined;
    const figures = JSON.stringify(await sumUp(client, day));
    const sha256 = toBase64Url(createHash('sha256').update(figures).digest());
    const { salt, text } = await registry.log.appendWith(client, { kind: 'dayCounted', at: new Date(registry.clock()).toISOString(), day, sha256 }, registry.random(SALT_BYTES));
    await client.query('INSERT INTO daily_figures (day, figures, salt, entry) VALUES ($1, $2, $3, $4)', [day, figures, salt, text]);
    await client.query('DELETE FROM daily_counts WHERE day <= $1', [day]);
    return day;
  });
}

/** The first day that is over and not published: after the last one that is, or the first that was counted. */
async function nextDay(client: pg.PoolClient, nowMs: number): Promise<string | undefined> {
  const { rows } = await client.query<{ day: string | null }>(`SELECT coalesce((SELECT max(day) + 1 FROM daily_figures), (SELECT min(day) FROM daily_counts))::text AS day`);
  const day = rows[0]?.day;
  if (day == null) return undefined;
  return Date.parse(day) + DAY_MS + PUBLISHED_AFTER_MS <= nowMs ? day : undefined;
}

async function sumUp(client: pg.PoolClient, day: string): Promise<DailyFigures> {
  const { rows } = await client.query<{ counted: Counted; n: string }>('SELECT counted, sum(n)::text AS n FROM daily_counts WHERE day = $1 GROUP BY counted', [day]);
  const counts = new Map(rows.map(({ counted, n }) => [counted, Number(n)]));
  const of = (counted: Counted): number => counts.get(counted) ?? 0;
  const refusals = [...counts].flatMap(([counted, n]) => (counted.startsWith('refusal ') ? [[counted.slice('refusal '.length), n] as const] : [])).toSorted(([a], [b]) => a.localeCompare(b));
  const outcome = (name: BoothOutcome): number => of(`outcome ${name}`);
  return dailyFigures.parse({
    day,
    attempts: of('attempt'),
    outcomes: { accept: outcome('accept'), refer: outcome('refer'), reject: outcome('reject'), withdrawn: outcome('withdrawn'), failed: outcome('failed') },
    refusals: Object.fromEntries(refusals.filter(([, n]) => n >= LEAST_NAMED)),
    rareRefusals: refusals.filter(([, n]) => n < LEAST_NAMED).reduce((sum, [, n]) => sum + n, 0),
    waited: Object.fromEntries(waitedAtMost.map((seconds) => [seconds, of(`waited ${seconds}`)])),
    identitiesMade: of('identityMade'),
    identitiesErased: of('identityErased'),
    roomsErased: of('roomErased'),
  });
}
