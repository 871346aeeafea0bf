import { verifyRegistrationResponse } from '@simplewebauthn/server';
import type { SoftwareAuthenticator } from '@visavis/specimen';
import pg from 'pg';
import { createCitizen, newDocumentNumber } from '../test-citizen.ts';
import type { TestServer } from '../start-test-server.ts';

/** A made-up citizen who can sign in. */
export interface Citizen {
  readonly authenticator: SoftwareAuthenticator;
  readonly credentialId: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
}

/** Enrols one the whole way, as a device does. */
export async function enrolCitizen(server: TestServer): Promise<Citizen> {
  const citizen = createCitizen(server);
  const enrolment = await citizen.begin();
  const passkey = await enrolment.passkey();
  const { document } = enrolment.claims();
  const verdict = await enrolment.verdict({ document: { ...document, documentNumber: newDocumentNumber() } });
  const bound = await enrolment.bind({ possession: await enrolment.possession('bind'), verdict, boothCertificate: enrolment.boothCertificate, passkey });
  if (bound.status !== 201) throw new Error(await bound.text());
  const { registrationInfo } = await verifyRegistrationResponse({ response: passkey, expectedChallenge: () => true, expectedOrigin: server.origin, expectedRPID: new URL(server.origin).hostname });
  const { id, publicKey } = registrationInfo!.credential;
  return { authenticator: citizen.authenticator, credentialId: id, publicKey: Buffer.from(publicKey).toString('base64url') };
}

/** Every table with rows for each identity, and its columns after `identity_id`; tags are made anew, since no two are alike. */
const TABLES = [
  ['identities', 'state, sealed, active_month, checked_month'],
  ['devices', 'device_id, sign_count, sealed'],
  ['consents', 'consent_id, sealed'],
  ['service_consents', 'service_tag, sealed'],
  ['identity_log', 'opening_id, sealed'],
  ['document_tags', "sha256(convert_to('document' || who, 'UTF8'))"],
  ['person_tags', "sha256(convert_to('person' || who, 'UTF8'))"],
] as const;

/**
 * Makes a database's population as large as wanted: those who are there, and copies of their rows under random ids. Copies
 * have every column, the sealed ones of honest length, and nobody can open or use them. All are stored in the order of
 * their ids, so that those who sign in are spread over the whole.
 * @returns bytes of tables and indexes for each identity
 */
export async function growTo(connection: pg.ClientConfig, total: number): Promise<number> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    // Bulk loading only: foreign keys hold by construction, and nobody waits for a flush.
    await client.query(`SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '256MB'`);
    await client.query(`CREATE TEMPORARY TABLE everybody AS
      WITH honest AS (SELECT identity_id, row_number() OVER () AS n, count(*) OVER () AS many FROM identities)
      SELECT identity_id AS who, identity_id AS source FROM honest
      UNION ALL SELECT substr(translate(encode(sha256(convert_to(copy::text, 'UTF8')), 'base64'), '+/', '-_'), 1, 22), identity_id
      FROM honest JOIN (SELECT generate_series(1, $1::int - (SELECT count(*) FROM identities)::int) AS copy) AS copies ON n = 1 + copy % many`, [total]);
    for (const [table] of TABLES) await client.query(`CREATE TEMPORARY TABLE honest_${table} AS SELECT * FROM ${table}`);
    await client.query('TRUNCATE identities CASCADE');
    for (const [table, columns] of TABLES) {
      const into = table.endsWith('_tags') ? `${table} (identity_id, ${table.slice(0, -1)})` : `${table} (identity_id, ${columns})`;
      await client.query(`INSERT INTO ${into} SELECT who, ${columns} FROM everybody JOIN honest_${table} ON identity_id = source ORDER BY who`);
    }
    await client.query('VACUUM ANALYZE');
    const { rows } = await client.query<{ bytes: string }>(`SELECT sum(pg_total_relation_size(relid)) AS bytes FROM unnest($1::text[]) AS parent, LATERAL pg_partition_tree(parent::regclass)`, [TABLES.map(([table]) => table)]);
    return Number(rows[0]!.bytes) / total;
  } finally {
    await client.end();
  }
}
