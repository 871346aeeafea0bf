import type { Registry } from './registry.ts';

/** Kept this long after its end, so that a client whose answer was lost can ask again. */
const ENROLMENT_GRACE_MS = 60 * 60 * 1000;

/**
 * Deletes what has served its purpose: enrolments an hour after their end (bound or not), tries of documents, challenges, sessions,
 * sign-in steps and provider records at once. Safe to run at any time, by several servers.
 * @returns rows deleted per table
 */
export async function purgeExpired(registry: Registry): Promise<Readonly<Record<string, number>>> {
  const now = registry.clock();
  const deleted: Record<string, number> = {};
  for (const [table, beforeMs] of [
    ['enrolments', now - ENROLMENT_GRACE_MS],
    ['document_tries', now],
    ['challenges', now],
    ['sessions', now],
    ['interaction_proofs', now],
    ['oidc_records', now],
  ] as const) {
    const { rowCount } = await registry.pool.query(`DELETE FROM ${table} WHERE expires_at <= $1`, [new Date(beforeMs)]);
    deleted[table] = rowCount ?? 0;
  }
  return deleted;
}
