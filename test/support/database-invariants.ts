import type pg from 'pg';
import { openFileKeyStore } from '../../apps/server/src/file-key-store.ts';

const none = (table: string): string => `SELECT 1 FROM identities i WHERE NOT EXISTS (SELECT 1 FROM ${table} x WHERE x.identity_id = i.identity_id)`;

/** What must hold at every moment, whoever was killed: each query finds the rows that break it. */
const INVARIANTS: Readonly<Record<string, string>> = {
  'an identity without a passkey': none('devices'),
  'an identity without a consent': none('consents'),
  'an identity without a document tag': none('document_tags'),
  'an identity without a person tag': none('person_tags'),
  'an identity without its two log entries': 'SELECT 1 FROM identities i WHERE (SELECT count(*) FROM identity_log l WHERE l.identity_id = i.identity_id) < 2',
  'an identity without the enrolment that made it': `SELECT 1 FROM identities i WHERE NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.identity_id = i.identity_id AND e.state = 'bound')`,
  'a bound enrolment without its identity': `SELECT 1 FROM enrolments e WHERE e.state = 'bound' AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.identity_id = e.identity_id)`,
  'an enrolment that is bound without a fingerprint, or has one unbound': `SELECT 1 FROM enrolments WHERE (state = 'bound') <> (bind_fingerprint IS NOT NULL)`,
  'something of nobody': `SELECT 1 FROM (${['devices', 'consents', 'document_tags', 'person_tags', 'identity_log', 'sessions'].map((table) => `SELECT identity_id FROM ${table}`).join(' UNION ALL ')}) owned
    WHERE NOT EXISTS (SELECT 1 FROM identities i WHERE i.identity_id = owned.identity_id)`,
  'two passkeys from one enrolment': 'SELECT 1 FROM devices GROUP BY identity_id HAVING count(*) > 1',
  'an entry of the log at two places, or none at a place': 'SELECT 1 FROM log_head h WHERE (SELECT count(DISTINCT leaf_index) FROM log_leaves) <> h.size OR (SELECT count(*) FROM log_leaves) <> h.size',
  'a log that is signed further than it reaches': 'SELECT 1 FROM log_head WHERE signed_size > size',
};

/**
 * @param keyStoreDir the server's key store: every identity has its keys there, and keys without an identity are those
 *   of an enrolment that was about to be bound, for the purge to sweep
 * @returns the names of the invariants that do not hold; each identity was made by one enrolment and has one passkey
 */
export async function brokenInvariants(database: Pick<pg.Pool | pg.Client, 'query'>, keyStoreDir: string): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [name, query] of Object.entries(INVARIANTS)) if (((await database.query(query)).rowCount ?? 0) > 0) broken.push(name);
  const keyStore = await openFileKeyStore(keyStoreDir, () => {
    throw new Error('this looks and makes nothing');
  });
  const { rows: identities } = await database.query<{ identity_id: string }>('SELECT identity_id FROM identities');
  for (const { identity_id } of identities) if ((await keyStore.read(identity_id)) === undefined) broken.push('an identity without keys');
  const { rows: enrolments } = await database.query<{ identity_id: string }>('SELECT identity_id FROM enrolments');
  const begun = new Set(enrolments.map((row) => row.identity_id));
  for await (const identityId of keyStore.madeBefore(Date.now() + 1000)) if (!begun.has(identityId)) broken.push('keys of nobody');
  return broken;
}
