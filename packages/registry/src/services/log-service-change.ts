import { createHash } from 'node:crypto';
import { canonicalJson, type LogEntry, type LogOpening } from '@visavis/contract';
import type pg from 'pg';
import { appendPending } from '../log/append-pending.ts';
import type { Registry } from '../registry.ts';

/** What everybody may know of a service: the change in the log has its hash. */
export interface PublicService {
  readonly clientId: string;
  readonly name: string;
  readonly purposes: readonly string[];
  readonly claims: readonly string[];
}

type ServiceChange = Extract<LogEntry, { kind: 'serviceChanged' }>;

const SALT_BYTES = 32;

/** Any number that nothing else locks: revisions and changes are in the order of their commits. */
const SERVICES_LOCK = 7_110_002;
export const lockServices = async (client: Pick<pg.PoolClient, 'query'>): Promise<void> => void (await client.query('SELECT pg_advisory_xact_lock($1)', [SERVICES_LOCK]));

/**
 * Logs, for everybody to read, that a service was registered, changed or withdrawn, and by whom; nothing when the last
 * entry says the same. Under {@link lockServices}.
 * @param by the operator's own name for whoever did it
 */
export async function logServiceChange(registry: Pick<Registry, 'clock' | 'random'>, client: Pick<pg.PoolClient, 'query'>, { clientId, name, purposes, claims }: PublicService, change: ServiceChange['change'], by: string): Promise<void> {
  const sha256 = createHash('sha256').update(canonicalJson({ clientId, name, purposes, claims })).digest('base64url');
  const { rows } = await client.query<{ change: string; sha256: string }>('SELECT change, sha256 FROM service_changes WHERE client_id = $1 ORDER BY change_id DESC LIMIT 1', [clientId]);
  if (rows[0]?.sha256 === sha256 && rows[0].change === change) return;
  const opening = await appendPending(client, { kind: 'serviceChanged', at: new Date(registry.clock()).toISOString(), clientId, change, by, sha256 }, registry.random(SALT_BYTES));
  await client.query('INSERT INTO service_changes (client_id, change, sha256, salt, entry) VALUES ($1, $2, $3, $4, $5)', [clientId, change, sha256, opening.salt, opening.text]);
}

/** Changes of one service are few: beyond this the oldest are left out of an answer. */
const MAX_CHANGES = 100;

/** The openings of one service's changes, newest first. */
export async function listServiceChanges(registry: Pick<Registry, 'pool'>, clientId: string): Promise<readonly LogOpening[]> {
  const { rows } = await registry.pool.query<{ salt: string; entry: string }>('SELECT salt, entry FROM service_changes WHERE client_id = $1 ORDER BY change_id DESC LIMIT $2', [clientId, MAX_CHANGES]);
  return rows.map(({ salt, entry }) => ({ salt, text: entry }));
}
