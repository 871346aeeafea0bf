import { inTransaction, type Registry } from '@visavis/registry';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';

/** Records that live and die with a grant. */
const GRANTED = new Set(['AccessToken', 'AuthorizationCode']);

/**
 * The provider's own clock decides on expiry; a row is kept this long past it so that a replayed code is still known:
 * as long as a token that was issued for it in its last second lives. After that a replay finds nothing to revoke.
 */
const REPLAY_MEMORY_S = 60;

interface Row {
  payload: AdapterPayload;
  consumed_at: Date | null;
}

/**
 * Keeps the provider's records in the registry's PostgreSQL, one adapter per model. Establishes under any
 * concurrency that a code is redeemed at most once, and that once it was presented a second time nothing issued from
 * its grant is alive. The provider reads `consumed` and writes it in two steps, so the write itself has to decide.
 * @source RFC 6749 §4.1.2, RFC 9700 §2.1.1
 */
export function postgresAdapter(registry: Registry): (model: string) => Adapter {
  return (model) => ({
    async upsert(id, payload, expiresIn) {
      const expiresAt = new Date(registry.clock() + ((expiresIn ?? 0) + (model === 'AuthorizationCode' ? REPLAY_MEMORY_S : 0)) * 1000);
      if (!GRANTED.has(model)) {
        await registry.pool.query(
          `INSERT INTO oidc_records (model, record_id, payload, uid, expires_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (model, record_id) DO UPDATE SET payload = excluded.payload, uid = excluded.uid, expires_at = excluded.expires_at`,
          [model, id, payload, model === 'Session' ? payload.uid : null, expiresAt],
        );
        return;
      }
      // FOR KEY SHARE waits for a revocation under way and makes a later one wait. A token whose grant was revoked
      // between the code's consumption and this line is not stored: it reaches the client dead.
      await registry.pool.query(
        `INSERT INTO oidc_records (model, record_id, payload, grant_id, expires_at)
         SELECT $1, $2, $3, $4, $5 FROM oidc_records AS living WHERE living.model = 'Grant' AND living.record_id = $4 FOR KEY SHARE`,
        [model, id, payload, payload.grantId, expiresAt],
      );
    },

    async find(id) {
      return toPayload(await one(registry, 'SELECT payload, consumed_at FROM oidc_records WHERE model = $1 AND record_id = $2 AND expires_at > $3', [model, id, new Date(registry.clock())]));
    },

    async findByUid(uid) {
      return toPayload(await one(registry, 'SELECT payload, consumed_at FROM oidc_records WHERE model = $1 AND uid = $2 AND expires_at > $3', [model, uid, new Date(registry.clock())]));
    },

    findByUserCode() {
      throw new Error('the device flow is not offered');
    },

    async consume(id) {
      const consumed = await inTransaction(registry.pool, async (client) => {
        const { rowCount } = await client.query('UPDATE oidc_records SET consumed_at = $3 WHERE model = $1 AND record_id = $2 AND consumed_at IS NULL', [model, id, new Date(registry.clock())]);
        if (rowCount === 1) return true;
        const { rows } = await client.query<{ grant_id: string | null }>('SELECT grant_id FROM oidc_records WHERE model = $1 AND record_id = $2', [model, id]);
        if (rows[0]?.grant_id != null) await revokeGrant(client, rows[0].grant_id);
        return false;
      });
      if (!consumed) throw new errors.InvalidGrant('already consumed');
    },

    async destroy(id) {
      await registry.pool.query('DELETE FROM oidc_records WHERE model = $1 AND record_id = $2', [model, id]);
    },

    async revokeByGrantId(grantId) {
      await inTransaction(registry.pool, (client) => revokeGrant(client, grantId));
    },
  });
}

type Queryable = Pick<Registry['pool'], 'query'>;

/** The grant first: it waits for token inserts under way, so that the second statement sees what they inserted. */
async function revokeGrant(client: Pick<Queryable, 'query'>, grantId: string): Promise<void> {
  await client.query(`DELETE FROM oidc_records WHERE model = 'Grant' AND record_id = $1`, [grantId]);
  await client.query(`DELETE FROM oidc_records WHERE grant_id = $1 AND model <> 'AuthorizationCode'`, [grantId]);
}

async function one(registry: Registry, sql: string, values: readonly unknown[]): Promise<Row | undefined> {
  const { rows } = await registry.pool.query<Row>(sql, [...values]);
  return rows[0];
}

const toPayload = (row: Row | undefined): AdapterPayload | undefined => row && { ...row.payload, ...(row.consumed_at === null ? {} : { consumed: Math.floor(row.consumed_at.getTime() / 1000) }) };
