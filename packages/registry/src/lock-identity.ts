import type pg from 'pg';

/** Who changes several rows of an identity by what they say together waits here for whoever does so too. @returns false when it is no more */
export async function lockIdentity(client: Pick<pg.PoolClient, 'query'>, identityId: string): Promise<boolean> {
  const { rowCount } = await client.query(`SELECT 1 FROM identities WHERE identity_id = $1 AND state = 'active' FOR NO KEY UPDATE`, [identityId]);
  return rowCount === 1;
}
