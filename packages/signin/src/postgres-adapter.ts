import { AsyncLocalStorage } from 'node:async_hooks';
import { type IdentityRow, inTransaction, type Registry, runPrepared, type SignInPage } from '@visavis/registry';
import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import type { GivenConsent } from './given-consent.ts';
import type { MountName } from './service.ts';

/** Records that live and die with a grant. */
const GRANTED = new Set(['AccessToken', 'AuthorizationCode']);

/**
 * The provider's own clock decides on expiry; a row is kept this long past it so that a replayed code is still known:
 * as long as a token that was issued for it in its last second lives. After that a replay finds nothing to revoke.
 */
const REPLAY_MEMORY_S = 60;

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

/** The page of this sign-in was answered before: that answer stands. */
export class AlreadyAnswered extends Error {}

/** A record and what else its request will ask for, read in one statement. */
interface Row {
  readonly payload: AdapterPayload;
  readonly consumed_at: Date | null;
  readonly grant_id: string | null;
  readonly grant_payload: AdapterPayload | null;
  readonly account_id: string | null;
  /** Of an interaction that was taken: its proof and its consent are as they were when it was answered. */
  readonly stands?: boolean;
  /** Of a living identity. */
  readonly sealed: Buffer | null;
  readonly frozen: boolean | null;
}

/** What was read along with a request's record: good for that request and no other. */
interface ReadAlong {
  readonly grantId: string | null;
  readonly grant: AdapterPayload | undefined;
  readonly accountId: string | null;
  readonly identity: IdentityRow | undefined;
  /** The interaction that was deleted as it was read, with what it was answered with. */
  readonly taken: { readonly uid: string; readonly given: GivenConsent | undefined } | undefined;
  /** The grant of this request, stored with its code. */
  grantToStore?: { readonly id: string; readonly payload: string; readonly expiresAt: string };
  /** The code that this request redeems. */
  code?: string;
}
const readAlong = new WeakMap<object, ReadAlong>();

const readByThisRequest = (): ReadAlong | undefined => Provider.ctx && readAlong.get(Provider.ctx);

const readBefore = new AsyncLocalStorage<SignInPage>();

/** Does work in which the provider reads a page, one that was read a moment before: it is not read again. */
export const withPage = <T>(page: SignInPage | undefined, work: () => Promise<T>): Promise<T> => (page === undefined ? work() : readBefore.run(page, work));

/** The identity a request of the provider is about: read with its code, token or interaction, else read now. */
export async function findIdentityRow(registry: Registry, identityId: string): Promise<IdentityRow | undefined> {
  const along = readByThisRequest();
  if (along?.accountId === identityId) return along.identity;
  const { rows } = await runPrepared<IdentityRow>(registry.pool, 'oidc identity', `SELECT sealed, frozen FROM identities WHERE identity_id = $1 AND state = 'active'`, [identityId]);
  return rows[0];
}

/** Statements of every sign-in, named so that PostgreSQL plans each once per connection. */
const SQL = {
  find: 'SELECT payload, consumed_at FROM oidc_records WHERE mount = $1 AND model = $2 AND record_id = $3 AND expires_at > $4',
  /** With its grant, and whom it is about. */
  findGranted: `WITH found AS (SELECT payload, consumed_at, grant_id, payload->>'accountId' AS account_id FROM oidc_records WHERE mount = $1 AND model = $2 AND record_id = $3 AND expires_at > $4)
  SELECT found.payload, found.consumed_at, found.grant_id, living.payload AS grant_payload, found.account_id, identities.sealed, identities.frozen FROM found
  LEFT JOIN oidc_records AS living ON living.mount = $1 AND living.model = 'Grant' AND living.record_id = found.grant_id AND living.expires_at > $4
  LEFT JOIN identities ON identities.identity_id = found.account_id AND identities.state = 'active'`,
  /** The browser that comes back ends its interaction: of several that come at once, one finds it. */
  takeInteraction: `WITH found AS (DELETE FROM oidc_records WHERE mount = $1 AND model = $2 AND record_id = $3 AND expires_at > $4
    RETURNING payload, consumed_at, payload #>> '{result,login,accountId}' AS account_id, payload #>> '{result,consent,mark,serviceTag}' AS service_tag, payload #>> '{result,consent,mark,sealedSha256}' AS sealed_sha256)
  SELECT found.payload, found.consumed_at, NULL AS grant_id, NULL AS grant_payload, found.account_id, identities.sealed, identities.frozen,
    EXISTS (SELECT 1 FROM interaction_proofs WHERE interaction_uid = $3 AND identity_id = found.account_id AND expires_at > $4)
    AND EXISTS (SELECT 1 FROM service_consents WHERE identity_id = found.account_id AND service_tag = found.service_tag AND encode(sha256(service_consents.sealed), 'hex') = found.sealed_sha256) AS stands
  FROM found LEFT JOIN identities ON identities.identity_id = found.account_id AND identities.state = 'active'`,
  upsert: `INSERT INTO oidc_records (mount, model, record_id, payload, uid, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (mount, model, record_id) DO UPDATE SET payload = excluded.payload, uid = excluded.uid, expires_at = excluded.expires_at`,
  /** Whoever answers first has answered. */
  upsertInteraction: `INSERT INTO oidc_records (mount, model, record_id, payload, expires_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (mount, model, record_id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at WHERE NOT oidc_records.payload ? 'result'`,
  /** Only past its end may an id come again: a row that stands until the purge does not stand for a replay. */
  insertOnce: `INSERT INTO oidc_records (mount, model, record_id, payload, expires_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (mount, model, record_id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at WHERE oidc_records.expires_at <= $6`,
  /**
   * FOR SHARE waits for whatever ends this proof or changes this consent, and makes it wait: it ended before, and nothing
   * is stored, or it finds what was stored.
   */
  insertGrantAndCode: `WITH standing AS (SELECT 1 FROM interaction_proofs AS proof JOIN service_consents AS consent ON consent.identity_id = $3
      WHERE proof.interaction_uid = $2 AND proof.identity_id = $3 AND proof.expires_at > $4 AND consent.service_tag = $5 AND encode(sha256(consent.sealed), 'hex') = $6 FOR SHARE)
    INSERT INTO oidc_records (mount, model, record_id, payload, grant_id, expires_at)
    SELECT $1, made.model, made.record_id, made.payload, made.grant_id, made.expires_at
    FROM standing, (VALUES ('Grant', $7::text, $8::jsonb, NULL, $9::timestamptz), ('AuthorizationCode', $10::text, $11::jsonb, $7::text, $12::timestamptz)) AS made (model, record_id, payload, grant_id, expires_at)`,
  /**
   * FOR KEY SHARE waits for a revocation under way and makes a later one wait. A token whose grant was revoked between
   * the code's consumption and this line is not stored: it reaches the client dead.
   */
  insertGranted: `INSERT INTO oidc_records (mount, model, record_id, payload, grant_id, expires_at)
    SELECT $1, $2, $3, $4, $5, $6 FROM oidc_records AS living WHERE living.mount = $1 AND living.model = 'Grant' AND living.record_id = $5 FOR KEY SHARE`,
  /**
   * A code is spent by the very statement that stores the token it is redeemed for: one can't be without the other, and
   * of several redemptions at once one finds it unspent.
   */
  insertRedeemed: `WITH spent AS (UPDATE oidc_records SET consumed_at = $7 WHERE mount = $1 AND model = 'AuthorizationCode' AND record_id = $8 AND consumed_at IS NULL RETURNING mount)
    INSERT INTO oidc_records (mount, model, record_id, payload, grant_id, expires_at)
    SELECT $1, $2, $3, $4, $5, $6 FROM spent JOIN oidc_records AS living ON living.mount = spent.mount AND living.model = 'Grant' AND living.record_id = $5 FOR KEY SHARE OF living`,
  consume: 'UPDATE oidc_records SET consumed_at = $4 WHERE mount = $1 AND model = $2 AND record_id = $3 AND consumed_at IS NULL',
  destroy: 'DELETE FROM oidc_records WHERE mount = $1 AND model = $2 AND record_id = $3',
} as const;

/**
 * Keeps the provider's records of one mount in the registry's PostgreSQL, one adapter per model. Establishes under any
 * concurrency that a page is answered once and its browser sent on once, that a code is redeemed at most once, that once
 * it was presented a second time nothing issued from its grant is alive, and that a pushed request becomes at most one
 * code and a client's assertion at most one answer. The provider reads and writes in two steps, so the write itself has
 * to decide.
 * @source RFC 6749 §4.1.2, RFC 7523 §3, RFC 9126 §7.3, RFC 9700 §2.1.1
 */
export function postgresAdapter(registry: Registry, mount: MountName): (model: string) => Adapter {
  const { pool } = registry;
  const run = (statement: keyof typeof SQL, values: readonly unknown[]) => runPrepared<Row>(pool, `oidc ${statement}`, SQL[statement], [mount, ...values]);
  /** As text: the library's own way to write a date costs more than the rest of a parameter list. */
  const at = (ms: number): string => new Date(ms).toISOString();
  const now = (): string => at(registry.clock());

  /** A second use of a code, whoever was first: what came of the first dies. */
  const refuseReplay = async (code: string): Promise<never> => {
    await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ grant_id: string | null }>(`SELECT grant_id FROM oidc_records WHERE mount = $1 AND model = 'AuthorizationCode' AND record_id = $2`, [mount, code]);
      if (rows[0]?.grant_id != null) await revokeGrant(client, mount, rows[0].grant_id);
    });
    throw alreadyConsumed('AuthorizationCode');
  };

  return (model) => ({
    async upsert(id, content, expiresIn) {
      const payload = JSON.stringify(content);
      // Nearly none has an escape of that kind at all, and looking for one is quicker.
      if (payload.includes('\\u') && NOT_STORABLE.test(payload)) throw new errors.InvalidRequest('a parameter has a character that can not be');
      const expiresAt = at(registry.clock() + ((expiresIn ?? 0) + (model === 'AuthorizationCode' ? REPLAY_MEMORY_S : 0)) * 1000);
      if (model === 'ReplayDetection') {
        if ((await run('insertOnce', [model, id, payload, expiresAt, now()])).rowCount !== 1) throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
      } else if (model === 'Interaction') {
        if ((await run('upsertInteraction', [model, id, payload, expiresAt])).rowCount !== 1) throw new AlreadyAnswered();
      } else if (model === 'Grant' && readByThisRequest()?.taken !== undefined) {
        readByThisRequest()!.grantToStore = { id, payload, expiresAt };
      } else if (model === 'AuthorizationCode' && readByThisRequest()?.grantToStore !== undefined) {
        const { taken, accountId, grantToStore: grant } = readByThisRequest()!;
        const { serviceTag, sealedSha256 } = taken!.given!.mark!;
        const stored = await run('insertGrantAndCode', [taken!.uid, accountId, now(), serviceTag, sealedSha256, grant!.id, grant!.payload, grant!.expiresAt, id, payload, expiresAt]);
        // Frozen, shut out or taken back since the interaction was taken, a moment ago.
        if (stored.rowCount !== 2) throw new errors.AccessDenied('what the citizen agreed to was taken back');
      } else if (model === 'AccessToken' && readByThisRequest()?.code !== undefined) {
        const { code } = readByThisRequest()!;
        if ((await run('insertRedeemed', [model, id, payload, content.grantId, expiresAt, now(), code])).rowCount !== 1) await refuseReplay(code!);
      } else if (GRANTED.has(model)) {
        await run('insertGranted', [model, id, payload, content.grantId, expiresAt]);
      } else {
        await run('upsert', [model, id, payload, model === 'Session' ? content.uid : null, expiresAt]);
      }
    },

    async find(id) {
      if (model === 'Client' || !RECORD_ID.test(id)) return undefined;
      const page = readBefore.getStore();
      if (model === 'Interaction' && page?.mount === mount && page.uid === id) return page.payload;
      const along = readByThisRequest();
      if (model === 'Grant' && along?.grantId === id) return along.grant;
      const isTaken = model === 'Interaction' && Provider.ctx?.oidc.route === 'resume';
      const { rows } = await run(isTaken ? 'takeInteraction' : GRANTED.has(model) ? 'findGranted' : 'find', [model, id, now()]);
      const [row] = rows;
      if (row === undefined) return undefined;
      const payload = isTaken && row.stands !== true ? withoutConsent(toPayload(row)) : toPayload(row);
      if (Provider.ctx !== undefined && (isTaken || GRANTED.has(model))) readAlong.set(Provider.ctx, toReadAlong(row, isTaken ? { uid: id, given: payload.result?.consent as GivenConsent | undefined } : undefined));
      return payload;
    },

    async findByUid(uid) {
      if (!RECORD_ID.test(uid)) return undefined;
      const { rows } = await pool.query<Row>('SELECT payload, consumed_at FROM oidc_records WHERE mount = $1 AND model = $2 AND uid = $3 AND expires_at > $4', [mount, model, uid, now()]);
      return rows[0] && toPayload(rows[0]);
    },

    findByUserCode() {
      throw new Error('the device flow is not offered');
    },

    async consume(id) {
      const along = model === 'AuthorizationCode' ? readByThisRequest() : undefined;
      if (along !== undefined) along.code = id;
      else if ((await run('consume', [model, id, now()])).rowCount !== 1) {
        if (model === 'AuthorizationCode') await refuseReplay(id);
        throw alreadyConsumed(model);
      }
    },

    async destroy(id) {
      if (model === 'Interaction' && readByThisRequest()?.taken !== undefined) return;
      await run('destroy', [model, id]);
    },

    async revokeByGrantId(grantId) {
      await inTransaction(pool, (client) => revokeGrant(client, mount, grantId));
    },
  });
}

/** The grant first: it waits for token inserts under way, so that the second statement sees what they inserted. */
async function revokeGrant(client: Pick<Registry['pool'], 'query'>, mount: MountName, grantId: string): Promise<void> {
  await client.query(`DELETE FROM oidc_records WHERE mount = $1 AND model = 'Grant' AND record_id = $2`, [mount, grantId]);
  await client.query(`DELETE FROM oidc_records WHERE mount = $1 AND grant_id = $2 AND model <> 'AuthorizationCode'`, [mount, grantId]);
}

const toPayload = ({ payload, consumed_at: consumedAt }: Row): AdapterPayload => ({ ...payload, ...(consumedAt === null ? {} : { consumed: Math.floor(consumedAt.getTime() / 1000) }) });

/** The citizen is asked again. */
const withoutConsent = ({ result, ...payload }: AdapterPayload): AdapterPayload => ({ ...payload, ...(result === undefined ? {} : { result: { ...result, consent: undefined } }) });

const toReadAlong = (row: Row, taken: ReadAlong['taken']): ReadAlong => ({
  grantId: row.grant_id,
  grant: row.grant_payload ?? undefined,
  accountId: row.account_id,
  identity: row.sealed === null ? undefined : { sealed: row.sealed, frozen: row.frozen === true },
  taken,
});
