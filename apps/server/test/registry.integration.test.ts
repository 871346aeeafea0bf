import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { migrate } from '@visavis/registry';
import { createProvider, createSigninKeys, fixedDirectory, registryStore, strictMount } from '@visavis/signin';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../src/embedded-postgres.ts';
import { openPool } from '../src/open-pool.ts';
import { createSignInLimits } from '../src/sign-in-limits.ts';
import { startTestRegistry, type TestRegistry } from './start-test-registry.ts';
import { randomId } from './test-citizen.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry?.close());

const migrations = new URL('../../../packages/registry/src/migrations/', import.meta.url);

describe('the schema', () => {
  it('is brought up once by any number of servers that start together, and an edited migration is refused', async () => {
    const { pool } = registry;
    const names = (await readdir(migrations)).toSorted();
    await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    const ran = await Promise.all([migrate(pool), migrate(pool), migrate(pool)]);
    expect(ran.flat()).toEqual(names);
    await pool.query(`UPDATE schema_migrations SET sha256 = 'edited'`);
    await expect(migrate(pool)).rejects.toThrow('edited after it ran');
    await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    expect(await migrate(pool)).toHaveLength(names.length);
  });

  it("leaves nothing in clear of an identity that the first version wrote, not even in the tables' files", async () => {
    const { pool } = registry;
    const first = '0001-first-light.sql';
    const sql = await readFile(new URL(first, migrations), 'utf8');
    await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await pool.query('CREATE TABLE schema_migrations (name text PRIMARY KEY, sha256 text NOT NULL)');
    await pool.query(sql);
    await pool.query('INSERT INTO schema_migrations VALUES ($1, $2)', [first, Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(sql))).toString('hex')]);
    await pool.query(`INSERT INTO identities VALUES ('someone', 'active', 'FIRSTLIGHT', 'B', '1990-01-01', 'female', 'UTO', 'passport', 'UTO', 'X1', '2035-01-01', 'eidas2', 'face', 'p', now())`);
    await pool.query(`INSERT INTO devices VALUES ('someone', 'd', 'c', 'k', 0, '{}', now())`);
    await pool.query(`INSERT INTO enrolments VALUES ('e', 'r', 't', 'c', '1', 'en', 'a.b.c', 'bound', 'someone', null, now(), now())`);
    await pool.query('CHECKPOINT');
    const spelt = async (): Promise<boolean> => {
      const folder = path.join(registry.dataDir, 'base');
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) if (entry.isFile() && (await readFile(path.join(entry.parentPath, entry.name))).includes('FIRSTLIGHT')) return true;
      return false;
    };
    expect(await spelt()).toBe(true);
    expect(await migrate(pool)).not.toContain(first);
    await pool.query('CHECKPOINT');
    expect(await spelt()).toBe(false);
    for (const table of ['identities', 'devices', 'enrolments']) expect((await pool.query(`SELECT 1 FROM ${table}`)).rowCount).toBe(0);
  });

  it('has no place for a face: every column is named here, and every one that holds bytes says which', async () => {
    const { rows } = await registry.pool.query<{ name: string; type: string; columns: string[] }>(
      `SELECT c.relname AS name, array_agg(a.attname || ' ' || format_type(a.atttypid, null) ORDER BY a.attname)::text[] AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition GROUP BY 1 ORDER BY 1`,
    );
    const sealed = 'sealed bytea';
    expect(Object.fromEntries(rows.map(({ name, columns }) => [name, columns]))).toEqual({
      // Of an agent's passkey and invitation.
      agents: ['agent_id text', 'credential_id text', 'invitation_expires_at timestamp with time zone', 'invitation_hash bytea', 'name text', 'public_key bytea', 'roles text[]', 'sign_count bigint', 'withdrawn boolean'],
      cases: ['case_number text', 'closed_at timestamp with time zone', 'identity_id text', 'kind text', 'opened_at timestamp with time zone', sealed, 'service_tag text'],
      challenges: ['challenge text', 'challenge_id text', 'expires_at timestamp with time zone', 'purpose text', 'subject text'],
      consents: ['consent_id text', 'identity_id text', sealed],
      // A keyed hash of the code.
      counter_visits: [
        'checks text[]',
        'client_key_thumbprint text',
        'code_tag bytea',
        'confirmed_by text',
        'consent_id text',
        'consent_language text',
        'consent_text_version text',
        'created_at timestamp with time zone',
        'enrolment_id text',
        'expires_at timestamp with time zone',
        'opened_by text',
        'refusal text',
        'state text',
        'visit_id text',
      ],
      desk_acts: ['act text', 'act_number bigint', 'agent_id text', 'at timestamp with time zone', 'entry text', 'salt text', 'subject text'],
      desk_sessions: ['agent_id text', 'expires_at timestamp with time zone', 'token_hash bytea'],
      daily_counts: ['counted text', 'day date', 'n bigint', 'part smallint'],
      daily_figures: ['day date', 'entry text', 'figures text', 'salt text'],
      // SHA-256 of a code and of a claim; a P-256 point of 65 bytes, and 32 bytes sealed to it.
      device_tickets: [
        'claim_hash bytea', 'code_hash bytea', 'device_id text', 'expires_at timestamp with time zone', 'handover bytea', 'handover_key bytea', 'identity_id text', 'number text', sealed,
        'sign_count bigint', 'state text', 'ticket_id text',
      ],
      device_uses: ['day date', 'device_id text', 'identity_id text'],
      devices: ['device_id text', 'identity_id text', 'locked_until timestamp with time zone', sealed, 'sign_count bigint'],
      // A keyed hash of 32 bytes.
      document_tags: ['document_tag bytea', 'identity_id text'],
      document_tries: ['expires_at timestamp with time zone', 'tries integer', 'try_tag bytea'],
      email_codes: ['expires_at timestamp with time zone', 'identity_id text', sealed, 'sent integer', 'tries integer'],
      enrolments: [
        // SHA-256 of a request.
        'bind_fingerprint bytea',
        'booth_certificate text', 'booth_logged jsonb', 'client_key_thumbprint text', 'consent_id text', 'consent_language text', 'consent_text_version text', 'created_at timestamp with time zone',
        'enrolment_id text', 'expires_at timestamp with time zone', 'identity_id text',
        'pathway text', 'receipt jsonb', 'request_id text', 'state text',
      ],
      // Sealed on its way in to a key that only the citizen has: 1,105 bytes, checked by the table.
      history_entries: ['entry_id text', 'identity_id text', 'month date', sealed],
      // A P-256 point of 65 bytes.
      history_keys: ['identity_id text', 'public_key bytea'],
      // 12, 32 and 48 bytes: a key of 32 under another.
      history_wraps: ['identity_id text', 'nonce bytea', 'opened_by text', 'salt bytea', 'wrapped bytea'],
      identities: ['active_month date', 'checked_month date', 'erasure_reason text', 'frozen boolean', 'identity_id text', sealed, 'state text'],
      identity_log: ['identity_id text', 'opening_id text', sealed],
      interaction_proofs: ['expires_at timestamp with time zone', 'identity_id text', 'interaction_uid text', 'proven_at timestamp with time zone'],
      key_store_binding: ['key_store_id text', 'only_row boolean'],
      // The public log: hashes of 32 bytes, and tiles of up to 256 of them.
      log_head: ['checkpoint text', 'root bytea', 'signed_size bigint', 'single boolean', 'size bigint'],
      log_leaves: ['commitment bytea', 'leaf_index bigint'],
      log_pending: ['commitment bytea'],
      log_public_openings: ['entry text', 'fact text', 'opening_id bigint', 'salt text', 'sha256 text'],
      log_tiles: ['content bytea', 'level smallint', 'tile_index bigint'],
      method_locks: ['identity_id text', 'locked_until timestamp with time zone', 'method text'],
      notices: ['given_at timestamp with time zone', 'identity_id text', 'kind text', 'mail_at timestamp with time zone', 'notice_id text'],
      oidc_records: ['consumed_at timestamp with time zone', 'expires_at timestamp with time zone', 'grant_id text', 'model text', 'mount text', 'payload jsonb', 'record_id text', 'uid text'],
      // A keyed hash of 32 bytes.
      person_tags: ['identity_id text', 'person_tag bytea'],
      // SHA-256 of a cookie; a keyed hash of 32 bytes.
      phone_approvals: [
        'approval_id text', 'asked jsonb', 'attempt smallint', 'code_made_at timestamp with time zone', 'expires_at timestamp with time zone', 'interaction_uid text',
        'network_tag bytea', 'number smallint', 'numbers smallint[]', 'phone_hash bytea', 'state text',
      ],
      // SHA-256 of what a picture showed.
      phone_codes: ['approval_id text', 'code_hash bytea', 'expires_at timestamp with time zone'],
      // Keyed hashes of 32 bytes.
      phone_tries: ['expires_at timestamp with time zone', 'tries smallint', 'try_tag bytea'],
      // The keyed hash of a document, and a device's row as it will be.
      recoveries: [
        'device_id text', 'document_tag bytea', 'expires_at timestamp with time zone', 'identity_id text', 'ready_at timestamp with time zone', 'recovery_id text', sealed, 'sealed_device bytea', 'sign_count bigint', 'state text',
      ],
      schema_migrations: ['name text', 'sha256 text'],
      // A developer's secrets and a service's are SHA-256 of what was shown once.
      service_changes: ['change text', 'change_id bigint', 'client_id text', 'entry text', 'salt text', 'sha256 text'],
      service_consents: ['identity_id text', sealed, 'service_tag text'],
      services: ['client_id text', 'client_secret_sha256 text', 'expires_at timestamp with time zone', 'management_secret_sha256 text', 'registrar text', 'registration jsonb', 'revision bigint', 'withdrawn boolean'],
      // SHA-256 of a cookie.
      sessions: ['device_id text', 'expires_at timestamp with time zone', 'identity_id text', 'token_hash bytea'],
      shared_proof_boxes: ['expires_at timestamp with time zone', 'proof_id text', sealed],
      // SHA-256 of a link's token.
      shared_proofs: [
        'created_at timestamp with time zone', 'expires_at timestamp with time zone', 'identity_id text', 'last_look text', 'max_views smallint', 'proof_id text', 'revoked_at timestamp with time zone', sealed,
        'seen_at timestamp with time zone[]', 'token_hash bytea',
      ],
    });
  });

  it('has no room for one in a sealed row: what they may say is measured beside its code, and the table refuses more', async () => {
    const insert = (bytes: number) => registry.pool.query(`INSERT INTO identities (identity_id, state, sealed, active_month, checked_month) VALUES ($1, 'active', $2, '2026-11-01', '2026-11-01')`, [`of ${bytes}`, Buffer.alloc(bytes)]);
    await expect(insert(4126)).rejects.toThrow('identities_sealed_size');
    await insert(4125);
  });
});

const limits = createSignInLimits(() => Date.now(), { signInsPerMinute: 1000, signInsPerCitizen: 1000, serviceFailuresPerMinute: 1000 });

describe("the provider's records", () => {
  it('of one mount are nothing at the other, whatever they are', async () => {
    const parts = { store: registryStore({ ...registry, clock: () => Date.now() }), origin: 'http://localhost', keys: await createSigninKeys(registry.random), services: fixedDirectory([]), interactionUrl: () => '/', callsOwnMachine: false, limits };
    const [strict, other] = [createProvider(strictMount, parts).provider, createProvider({ ...strictMount, name: 'franceconnect', path: '/api/v2' }, parts).provider];
    const grantId = await new strict.Grant({ accountId: 'someone', clientId: 'service' }).save();
    const id = randomId();
    for (const model of ['AuthorizationCode', 'AccessToken', 'Session', 'Interaction', 'PushedAuthorizationRequest'] as const) {
      await strict[model].adapter.upsert(id, { grantId, jti: id, uid: id }, 60);
      expect(await strict[model].adapter.find(id)).toMatchObject({ jti: id });
      expect(await other[model].adapter.find(id)).toBeUndefined();
      await other[model].adapter.destroy(id);
      expect(await strict[model].adapter.find(id)).toMatchObject({ jti: id });
    }
    expect(await other.Session.adapter.findByUid(id)).toBeUndefined();
    // A replay at the other mount is no use of this one's code, and revokes nothing.
    await expect(other.AuthorizationCode.adapter.consume(id)).rejects.toMatchObject({ error: 'invalid_grant' });
    await other.AccessToken.adapter.revokeByGrantId(grantId);
    expect(await strict.AccessToken.adapter.find(id)).toMatchObject({ jti: id });
    expect(await strict.Grant.find(grantId)).toBeDefined();
    await strict.AuthorizationCode.adapter.consume(id);
  });

  it('a token that is made while its code is replayed is never stored; without a replay it is', async () => {
    const keys = await createSigninKeys(registry.random);
    const { provider } = createProvider(strictMount, { store: registryStore({ ...registry, clock: () => Date.now() }), origin: 'http://localhost', keys, services: fixedDirectory([]), interactionUrl: () => '/', callsOwnMachine: false, limits });
    const begin = async (): Promise<{ grantId: string; code: string }> => {
      const grantId = await new provider.Grant({ accountId: 'someone', clientId: 'service' }).save();
      const code = randomId();
      await provider.AuthorizationCode.adapter.upsert(code, { grantId, jti: code }, 60);
      await provider.AuthorizationCode.adapter.consume(code);
      return { grantId, code };
    };
    const store = async (grantId: string): Promise<unknown> => {
      const token = randomId();
      await provider.AccessToken.adapter.upsert(token, { grantId, jti: token }, 60);
      return provider.AccessToken.adapter.find(token);
    };
    const honest = await begin();
    expect(await store(honest.grantId)).toMatchObject({ grantId: honest.grantId });
    const replayed = await begin();
    await expect(provider.AuthorizationCode.adapter.consume(replayed.code)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await store(replayed.grantId)).toBeUndefined();
    // The grant of the other sign-in is untouched.
    expect(await store(honest.grantId)).toBeDefined();
  });
});

describe('the embedded PostgreSQL', () => {
  const start = (folder: string) => startEmbeddedPostgres({ dataDir: folder, onCrash: () => undefined });
  /** A process that ended and that its parent has not taken note of yet has no command line any more. */
  const alive = (pid: number): boolean => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`).length > 0;

  it('takes over from a server that was killed, with what that had written; from one that lives it does not', async () => {
    const folder = await mkdtemp('/var/tmp/visavis-test-pg-');
    const program = `
      const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('../src/embedded-postgres.ts', import.meta.url).href)});
      const { default: pg } = await import(${JSON.stringify(import.meta.resolve('pg'))});
      const postgres = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(folder)}, onCrash: () => undefined });
      const client = new pg.Client(postgres.connection);
      await client.connect();
      await client.query('CREATE TABLE kept (n int)');
      console.log(postgres.pid);
      setInterval(() => undefined, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const orphanPid = Number(await new Promise<string>((resolve) => owner.stdout.setEncoding('utf8').once('data', resolve)));
    await expect(start(folder)).rejects.toThrow(`in use by the server with process id ${owner.pid}`);
    expect(alive(orphanPid)).toBe(true);
    owner.kill('SIGKILL');
    await new Promise((resolve) => owner.once('exit', resolve));
    expect(alive(orphanPid)).toBe(true);
    const heir = await start(folder);
    expect(alive(orphanPid)).toBe(false);
    const pool = openPool(heir.connection, () => undefined);
    expect((await pool.query('SELECT * FROM kept')).rowCount).toBe(0);
    await pool.end();
    await heir.stop();
    expect(alive(heir.pid)).toBe(false);
    await rm(folder, { recursive: true });
  });

  it('a first start that was cut in the middle leaves nothing that looks like a database', async () => {
    const folder = await mkdtemp('/var/tmp/visavis-test-pg-');
    const program = `
      const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('../src/embedded-postgres.ts', import.meta.url).href)});
      await startEmbeddedPostgres({ dataDir: ${JSON.stringify(folder)}, onCrash: () => undefined });`;
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'ignore', 'inherit'] });
    const drafts = async () => (await readdir('/var/tmp')).filter((name) => name.startsWith(`${path.basename(folder)}-draft-`)).map((name) => path.join('/var/tmp', name));
    // initdb has begun to write.
    await expect.poll(async () => (await drafts()).some((draft) => existsSync(path.join(draft, 'PG_VERSION'))), { timeout: 20_000, interval: 5 }).toBe(true);
    owner.kill('SIGKILL');
    await new Promise((resolve) => owner.once('exit', resolve));
    const postgres = await start(folder);
    const pool = openPool(postgres.connection, () => undefined);
    expect((await pool.query('SELECT 1')).rowCount).toBe(1);
    await pool.end();
    await postgres.stop();
    for (const left of [folder, ...(await drafts())]) await rm(left, { recursive: true });
  });

  it('starts again on the same socket when it is killed', async () => {
    const folder = await mkdtemp('/var/tmp/visavis-test-pg-');
    let crashes = 0;
    const postgres = await startEmbeddedPostgres({ dataDir: folder, onCrash: () => crashes++ });
    const pool = openPool(postgres.connection, () => undefined);
    await pool.query('CREATE TABLE kept (n int)');
    const first = postgres.pid;
    process.kill(first, 'SIGKILL');
    await expect.poll(() => crashes, { timeout: 10_000 }).toBeGreaterThan(0);
    await expect.poll(() => pool.query('SELECT * FROM kept').then((kept) => kept.rowCount, () => undefined), { timeout: 30_000 }).toBe(0);
    expect(postgres.pid).not.toBe(first);
    await pool.end();
    await postgres.stop();
    expect(alive(postgres.pid)).toBe(false);
    await rm(folder, { recursive: true });
  });
});
