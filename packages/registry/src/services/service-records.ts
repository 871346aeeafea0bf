import type pg from 'pg';
import { inTransaction } from '../in-transaction.ts';
import type { Registry } from '../registry.ts';
import { lockServices, logServiceChange, type PublicService } from './log-service-change.ts';

/** A service as it is kept: what was written, checked before it came here. */
export interface ServiceRecord {
  readonly clientId: string;
  readonly registrar: 'operator' | 'developer';
  readonly registration: unknown;
  readonly clientSecretSha256: string | undefined;
  readonly expiresAtMs: number | undefined;
  readonly withdrawn: boolean;
  readonly revision: number;
}

type Writing = Pick<Registry, 'pool' | 'clock' | 'random'>;

/**
 * An operator registers a service, or changes it: the record and its entry in the log are one transaction.
 * @param clientSecretSha256 left out where it has none; a change without a new secret keeps the old one
 * @param by the operator's own name for whoever does it
 */
export async function registerService(registry: Writing, service: PublicService, o: { readonly registration: object; readonly clientSecretSha256: string | undefined; readonly by: string }): Promise<void> {
  await inTransaction(registry.pool, async (client) => {
    await lockServices(client);
    await client.query(
      `INSERT INTO services (client_id, registrar, registration, client_secret_sha256, revision) VALUES ($1, 'operator', $2, $3, nextval('service_revisions'))
       ON CONFLICT (client_id) DO UPDATE SET registration = excluded.registration, client_secret_sha256 = coalesce(excluded.client_secret_sha256, services.client_secret_sha256), withdrawn = false, revision = excluded.revision`,
      [service.clientId, JSON.stringify(o.registration), o.clientSecretSha256],
    );
    await logServiceChange(registry, client, service, 'registered', o.by);
  });
}

/** @returns false when the operator has no such service */
export async function withdrawService(registry: Writing, service: PublicService, by: string): Promise<boolean> {
  return inTransaction(registry.pool, async (client) => {
    await lockServices(client);
    const { rowCount } = await client.query(`UPDATE services SET withdrawn = true, revision = nextval('service_revisions') WHERE client_id = $1 AND registrar = 'operator' AND NOT withdrawn`, [service.clientId]);
    if (rowCount !== 1) return false;
    await logServiceChange(registry, client, service, 'withdrawn', by);
    return true;
  });
}

/** Services of the operator's file: what changed since a server last read it is logged, what it names no more is withdrawn. */
export async function logServicesOfFile(registry: Writing, services: readonly PublicService[]): Promise<void> {
  const by = 'the file of services';
  await inTransaction(registry.pool, async (client) => {
    await lockServices(client);
    for (const service of services) await logServiceChange(registry, client, service, 'registered', by);
    const { rows } = await client.query<{ client_id: string }>(
      `SELECT client_id FROM (SELECT DISTINCT ON (client_id) client_id, change, entry FROM service_changes ORDER BY client_id, change_id DESC) AS last
       WHERE change = 'registered' AND entry::jsonb->>'by' = $1 AND client_id <> ALL ($2::text[])`,
      [by, services.map(({ clientId }) => clientId)],
    );
    for (const { client_id: clientId } of rows) await logServiceChange(registry, client, { clientId, name: '', purposes: [], claims: [] }, 'withdrawn', by);
  });
}

/** A sandbox for developers is small; who comes when it is full waits for others to expire. */
const MAX_DEVELOPER_SERVICES = 1000;

/** @returns false when the sandbox is full. What has expired makes room first. */
export async function registerDeveloperService(registry: Writing, o: { readonly clientId: string; readonly registration: object; readonly clientSecretSha256: string | undefined; readonly managementSecretSha256: string; readonly expiresAtMs: number }): Promise<boolean> {
  return inTransaction(registry.pool, async (client) => {
    await lockServices(client);
    await client.query(`DELETE FROM services WHERE registrar = 'developer' AND expires_at <= $1`, [new Date(registry.clock())]);
    const { rowCount } = await client.query(
      `INSERT INTO services (client_id, registrar, registration, client_secret_sha256, management_secret_sha256, expires_at, revision)
       SELECT $1, 'developer', $2, $3, $4, $5, nextval('service_revisions') WHERE (SELECT count(*) FROM services WHERE registrar = 'developer') < $6`,
      [o.clientId, JSON.stringify(o.registration), o.clientSecretSha256, o.managementSecretSha256, new Date(o.expiresAtMs), MAX_DEVELOPER_SERVICES],
    );
    return rowCount === 1;
  });
}

/** Only who has the management secret; one statement decides. @returns false for everybody else, and for what is not there */
export async function withdrawDeveloperService(registry: Writing, clientId: string, managementSecretSha256: string): Promise<boolean> {
  return inTransaction(registry.pool, async (client) => {
    await lockServices(client);
    const { rowCount } = await client.query(
      `UPDATE services SET withdrawn = true, revision = nextval('service_revisions') WHERE client_id = $1 AND management_secret_sha256 = $2 AND expires_at > $3 AND NOT withdrawn`,
      [clientId, managementSecretSha256, new Date(registry.clock())],
    );
    return rowCount === 1;
  });
}

/** What changed after a revision, in its order. */
export async function listServiceRecords(registry: Pick<Registry, 'pool'>, afterRevision: number): Promise<readonly ServiceRecord[]> {
  const { rows } = await registry.pool.query<Row>('SELECT client_id, registrar, registration, client_secret_sha256, expires_at, withdrawn, revision FROM services WHERE revision > $1 ORDER BY revision', [afterRevision]);
  return rows.map(toRecord);
}

export async function findServiceRecord(registry: Pick<Registry, 'pool'>, clientId: string): Promise<ServiceRecord | undefined> {
  const { rows } = await registry.pool.query<Row>('SELECT client_id, registrar, registration, client_secret_sha256, expires_at, withdrawn, revision FROM services WHERE client_id = $1', [clientId]);
  return rows[0] && toRecord(rows[0]);
}

interface Row extends pg.QueryResultRow {
  readonly client_id: string;
  readonly registrar: ServiceRecord['registrar'];
  readonly registration: unknown;
  readonly client_secret_sha256: string | null;
  readonly expires_at: Date | null;
  readonly withdrawn: boolean;
  readonly revision: string;
}

const toRecord = (row: Row): ServiceRecord => ({
  clientId: row.client_id,
  registrar: row.registrar,
  registration: row.registration,
  clientSecretSha256: row.client_secret_sha256 ?? undefined,
  expiresAtMs: row.expires_at?.getTime(),
  withdrawn: row.withdrawn,
  revision: Number(row.revision),
});
