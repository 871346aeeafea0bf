import { inTransaction, type Registry } from '@visavis/registry';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { MountName } from './service.ts';

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

/** Ids as they are made here. Anything else that a stranger sends as one is in no row, and the database is not asked. */
const RECORD_ID = /^[\w-]{1,128}$/;

/** What PostgreSQL's jsonb can't hold, as it stands in JSON text: NUL, and half of a surrogate pair. */
const NOT_STORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Records that are good once, and what a second use is answered with. */
const CONSUMED: Readonly<Record<string, () => Error>> = {
  AuthorizationCode: () => new errors.InvalidGrant('already consumed'),
  PushedAuthorizationRequest: () => new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used'),
};

export const alreadyConsumed = (model: string): Error => CONSUMED[model]?.() ?? new Error(`${model} is not good once`);

/**
 * Keeps the provider's records of one mount in the registry's PostgreSQL, one adapter per model. Establishes under any
 * concurrency that a code is redeemed at most once, that once it was presented a second time nothing issued from its
 * grant is alive, and that a pushed request becomes at most one code and a client's assertion at most one answer. The
 * provider reads and writes in two steps, so the write itself has to decide.
 * @source RFC 6749 §4.1.2, RFC 7523 §3, RFC 9126 §7.3, RFC 9700 §2.1.1
 */
export function postgresAdapter(registry: Registry, mount: MountName): (model: string) => Adapter {
  return (model) => ({
    async upsert(id, content, expiresIn) {
      const payload = JSON.stringify(content);
      if (NOT_STORABLE.test(payload)) throw new errors.InvalidRequest('a parameter has a character that can not be');
      const expiresAt = new Date(registry.clock() + ((expiresIn ?? 0) + (model === 'AuthorizationCode' ? REPLAY_MEMORY_S : 0)) * 1000);
      if (model === 'ReplayDetection') {
        // Only past its end may an id come again: a row that stands until the purge does not stand for a replay.
        const { rowCount } = await registry.pool.query(
          `INSERT INTO oidc_records (mount, model, record_id, payload, expires_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (mount, model, record_id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at WHERE oidc_records.expires_at <= $6`,
          [mount, model, id, payload, expiresAt, new Date(registry.clock())],
        );
        if (rowCount !== 1) throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
        return;
      }
      if (!GRANTED.has(model)) {
        await registry.pool.query(
          `INSERT INTO oidc_records (mount, model, record_id, payload, uid, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (mount, model, record_id) DO UPDATE SET payload = excluded.payload, uid = excluded.uid, expires_at = excluded.expires_at`,
          [mount, model, id, payload, model === 'Session' ? content.uid : null, expiresAt],
        );
        return;
      }
      // FOR KEY SHARE waits for a revocation under way and makes a later one wait. A token whose grant was revoked
      // between the code's consumption and this line is not stored: it reaches the client dead.
      await registry.pool.query(
        `INSERT INTO oidc_records (mount, model, record_id, payload, grant_id, expires_at)
         SELECT $1, $2, $3, $4, $5, $6 FROM oidc_records AS living WHERE living.mount = $1 AND living.model = 'Grant' AND living.record_id = $5 FOR KEY SHARE`,
        [mount, model, id, payload, content.grantId, expiresAt],
      );
    },

    async find(id) {
      if (model === 'Client' || !RECORD_ID.test(id)) return undefined;
      return toPayload(await one(registry, 'SELECT payload, consumed_at FROM oidc_records WHERE mount = $1 AND model = $2 AND record_id = $3 AND expires_at > $4', [mount, model, id, new Date(registry.clock())]));
    },

    async findByUid(uid) {
      if (!RECORD_ID.test(uid)) return undefined;
      return toPayload(await one(registry, 'SELECT payload, consumed_at FROM oidc_records WHERE mount = $1 AND model = $2 AND uid = $3 AND expires_at > $4', [mount, model, uid, new Date(registry.clock())]));
    },

    findByUserCode() {
      throw new Error('the device flow is not offered');
    },

    async consume(id) {
      const consumed = await inTransaction(registry.pool, async (client) => {
        const { rowCount } = await client.query('UPDATE oidc_records SET consumed_at = $4 WHERE mount = $1 AND model = $2 AND record_id = $3 AND consumed_at IS NULL', [mount, model, id, new Date(registry.clock())]);
        if (rowCount === 1) return true;
        const { rows } = await client.query<{ grant_id: string | null }>('SELECT grant_id FROM oidc_records WHERE mount = $1 AND model = $2 AND record_id = $3', [mount, model, id]);
        if (rows[0]?.grant_id != null) await revokeGrant(client, mount, rows[0].grant_id);
        return false;
      });
      if (!consumed) throw alreadyConsumed(model);
    },

    async destroy(id) {
      await registry.pool.query('DELETE FROM oidc_records WHERE mount = $1 AND model = $2 AND record_id = $3', [mount, model, id]);
    },

    async revokeByGrantId(grantId) {
      await inTransaction(registry.pool, (client) => revokeGrant(client, mount, grantId));
    },
  });
}

type Queryable = Pick<Registry['pool'], 'query'>;

/** The grant first: it waits for token inserts under way, so that the second statement sees what they inserted. */
async function revokeGrant(client: Pick<Queryable, 'query'>, mount: MountName, grantId: string): Promise<void> {
  await client.query(`DELETE FROM oidc_records WHERE mount = $1 AND model = 'Grant' AND record_id = $2`, [mount, grantId]);
  await client.query(`DELETE FROM oidc_records WHERE mount = $1 AND grant_id = $2 AND model <> 'AuthorizationCode'`, [mount, grantId]);
}

async function one(registry: Registry, sql: string, values: readonly unknown[]): Promise<Row | undefined> {
  const { rows } = await registry.pool.query<Row>(sql, [...values]);
  return rows[0];
}

const toPayload = (row: Row | undefined): AdapterPayload | undefined => row && { ...row.payload, ...(row.consumed_at === null ? {} : { consumed: Math.floor(row.consumed_at.getTime() / 1000) }) };
