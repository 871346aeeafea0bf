import type { LogEntry, LogOpening } from '@visavis/contract';
import { fromBase64Url } from '@visavis/kernel';
import { commitment } from '@visavis/log';
import { inTransaction } from '../in-transaction.ts';
import type { Registry } from '../registry.ts';

/** What the operator must publish when it changes. */
export type PublicChange = Extract<LogEntry, { kind: 'policyChanged' | 'trustStoreChanged' | 'keyRotated' }>;

/** Servers that start at one time must log one change once. Any number that nothing else locks. */
const PUBLIC_CHANGE_LOCK = 7_110_001;
const SALT_BYTES = 32;
/** One answer's worth: a thousand changes of policy or keys are decades. */
const MAX_OPENINGS = 1000;

/** Logs a change with salt and text for everybody to read, unless the last one logged for the same subject has the same hash. */
export async function logPublicChange(registry: Pick<Registry, 'pool' | 'log' | 'random'>, change: PublicChange): Promise<void> {
  const fact = change.kind === 'policyChanged' ? `policy ${change.policy}` : change.kind === 'keyRotated' ? `key ${change.key}` : 'trust store';
  await inTransaction(registry.pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [PUBLIC_CHANGE_LOCK]);
    const { rows } = await client.query<{ sha256: string }>('SELECT sha256 FROM log_public_openings WHERE fact = $1 ORDER BY opening_id DESC LIMIT 1', [fact]);
    if (rows[0]?.sha256 === change.sha256) return;
    const opening = await registry.log.appendWith(client, change, registry.random(SALT_BYTES));
    await client.query('INSERT INTO log_public_openings (fact, sha256, salt, entry) VALUES ($1, $2, $3, $4)', [fact, change.sha256, opening.salt, opening.text]);
  });
}

/** The openings of what the operator changed, oldest first, as far as their entries are under a signed checkpoint. */
export async function listPublicOpenings(registry: Pick<Registry, 'pool'>): Promise<readonly LogOpening[]> {
  const { rows } = await registry.pool.query<{ salt: string; entry: string }>('SELECT salt, entry FROM log_public_openings ORDER BY opening_id LIMIT $1', [MAX_OPENINGS]);
  const openings = rows.map(({ salt, entry }) => ({ salt, text: entry, leaf: Buffer.from(commitment(fromBase64Url(salt), entry)) }));
  const signed = await registry.pool.query<{ commitment: Buffer }>(
    'SELECT commitment FROM log_leaves WHERE commitment = ANY ($1::bytea[]) AND leaf_index < (SELECT signed_size FROM log_head)',
    [openings.map(({ leaf }) => leaf)],
  );
  const shown = new Set(signed.rows.map((row) => row.commitment.toString('hex')));
  return openings.filter(({ leaf }) => shown.has(leaf.toString('hex'))).map(({ salt, text }) => ({ salt, text }));
}
