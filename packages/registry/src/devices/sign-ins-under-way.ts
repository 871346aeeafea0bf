import type pg from 'pg';

/**
 * Ends what a passkey of this identity has begun and not finished: proofs of sign-ins in progress, codes, tokens and the
 * grants they live by. The provider's sessions stay for its logout to tell services of, and carry no sign-in on.
 */
export async function endSignInsUnderWay(client: pg.PoolClient, identityId: string): Promise<void> {
  await client.query('DELETE FROM interaction_proofs WHERE identity_id = $1', [identityId]);
  await client.query(`DELETE FROM oidc_records WHERE model IN ('Grant', 'AuthorizationCode', 'AccessToken') AND payload->>'accountId' = $1`, [identityId]);
}
