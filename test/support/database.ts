import pg from 'pg';
import { processTree } from '../../apps/cli/src/system/process-tree.ts';

/** A client of the embedded PostgreSQL that a running server started, found by its process. */
export async function openDatabaseOf(serverPid: number): Promise<pg.Client> {
  const postgres = processTree(serverPid).find(({ commandLine }) => commandLine.includes('unix_socket_directories='));
  const host = /unix_socket_directories=(\S+)/.exec(postgres?.commandLine ?? '')?.[1];
  if (host === undefined) throw new Error('the server has no embedded PostgreSQL');
  const client = new pg.Client({ host, user: 'postgres', database: 'postgres' });
  await client.connect();
  return client;
}

/** Everything that exists once an identity exists, and nothing of which may exist before. */
export async function countIdentityRows(database: pg.Client): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const table of ['identities', 'devices', 'consents', 'document_tags']) {
    const { rows } = await database.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
    counts[table] = Number(rows[0]!.n);
  }
  return counts;
}
