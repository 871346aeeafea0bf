import type pg from 'pg';

/** What must hold at every moment, whoever was killed: each query counts the rows that break it. */
const INVARIANTS: Readonly<Record<string, string>> = {
  'an identity without a passkey': 'SELECT 1 FROM identities i WHERE NOT EXISTS (SELECT 1 FROM devices d WHERE d.identity_id = i.identity_id)',
  'an identity without a consent': 'SELECT 1 FROM identities i WHERE NOT EXISTS (SELECT 1 FROM consents c WHERE c.identity_id = i.identity_id)',
  'an identity without a document tag': 'SELECT 1 FROM identities i WHERE NOT EXISTS (SELECT 1 FROM document_tags t WHERE t.identity_id = i.identity_id)',
  'an identity without the enrolment that made it': `SELECT 1 FROM identities i WHERE NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.identity_id = i.identity_id AND e.state = 'bound')`,
  'a bound enrolment without its identity': `SELECT 1 FROM enrolments e WHERE e.state = 'bound' AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.identity_id = e.identity_id)`,
  'an enrolment that is bound without a fingerprint, or has one unbound': `SELECT 1 FROM enrolments WHERE (state = 'bound') <> (bind_fingerprint IS NOT NULL)`,
  'a passkey, consent, tag or session of nobody': `SELECT 1 FROM (SELECT identity_id FROM devices UNION ALL SELECT identity_id FROM consents UNION ALL SELECT identity_id FROM document_tags UNION ALL SELECT identity_id FROM sessions) owned
    WHERE NOT EXISTS (SELECT 1 FROM identities i WHERE i.identity_id = owned.identity_id)`,
  'two passkeys from one enrolment': 'SELECT 1 FROM devices GROUP BY identity_id HAVING count(*) > 1',
};

/** @returns the names of the invariants that do not hold; each identity was made by one enrolment and has one passkey */
export async function brokenInvariants(database: Pick<pg.Pool | pg.Client, 'query'>): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [name, query] of Object.entries(INVARIANTS)) if (((await database.query(query)).rowCount ?? 0) > 0) broken.push(name);
  return broken;
}
