import type pg from 'pg';

/** Every grant, code and token that a service holds for this identity is dead. */
export async function revokeServiceTokens(queryable: Pick<pg.PoolClient, 'query'>, identityId: string, clientId: string): Promise<void> {
  await queryable.query(`DELETE FROM oidc_records WHERE model IN ('Grant', 'AuthorizationCode', 'AccessToken') AND payload->>'accountId' = $1 AND payload->>'clientId' = $2`, [identityId, clientId]);
}
