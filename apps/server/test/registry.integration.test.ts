import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createListedDocumentRegister, findEnrolment, issueChallenge, migrate, purgeExpired, readSession, recordEnrolment, type Registry, startSession } from '@visavis/registry';
import { createProvider, createSigninKeys } from '@visavis/signin';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';
import { openPool } from '../src/open-pool.ts';
import { randomId } from './test-citizen.ts';

let dataDir: string;
let postgres: EmbeddedPostgres;
let pool: pg.Pool;
let nowMs = Date.parse('2026-11-22T12:00:00Z');
let registry: Registry;

beforeAll(async () => {
  dataDir = await mkdtemp('/var/tmp/visavis-test-pg-');
  postgres = await startEmbeddedPostgres({ dataDir, onCrash: () => undefined });
  pool = openPool(postgres.connection, () => undefined);
  registry = { pool, clock: () => nowMs, random: (n) => new Uint8Array(randomBytes(n)), documentRegister: createListedDocumentRegister([]), documentTagKey: new Uint8Array(32) };
});
afterAll(async () => {
  await pool.end();
  await postgres.stop();
  await rm(dataDir, { recursive: true });
});

const record = async (): Promise<string> => {
  const enrolmentId = randomId();
  const consent = { faceProcessing: true, identityCreation: true, textVersion: '1', language: 'en' } as const;
  const recorded = await recordEnrolment(registry, { requestId: randomId(), enrolmentId, consentId: randomId(), clientKeyThumbprint: 'thumbprint', consent, boothCertificate: 'a.b.c', lifetimeMs: 60_000 });
  expect(recorded.ok).toBe(true);
  return enrolmentId;
};

describe('the schema', () => {
  it('is brought up once by any number of servers that start together, and an edited migration is refused', async () => {
    const ran = await Promise.all([migrate(pool), migrate(pool), migrate(pool)]);
    expect(ran.flat()).toEqual(['0001-first-light.sql']);
    await pool.query(`UPDATE schema_migrations SET sha256 = 'edited'`);
    await expect(migrate(pool)).rejects.toThrow('edited after it ran');
    await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    expect(await migrate(pool)).toHaveLength(1);
  });

  it('has no place for a picture: the only binary columns are hashes and public keys', async () => {
    const { rows } = await pool.query<{ place: string }>(
      `SELECT DISTINCT regexp_replace(table_name, '_[0-9]+$', '') || '.' || column_name AS place FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type IN ('bytea', 'oid') ORDER BY 1`,
    );
    expect(rows.map(({ place }) => place)).toEqual(['devices.public_key', 'document_tags.document_tag', 'enrolments.bind_fingerprint', 'sessions.token_hash']);
  });
});

describe("the provider's records", () => {
  it('a token that is made while its code is replayed is never stored; without a replay it is', async () => {
    const keys = await createSigninKeys(registry.random);
    const provider = createProvider({ registry: { ...registry, clock: () => Date.now() }, issuer: 'http://localhost/oidc', keys, services: [], interactionUrl: () => '/' });
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

describe('what is over is forgotten', () => {
  it('an enrolment an hour after its end, a challenge at once; what lives stays', async () => {
    const enrolmentId = await record();
    await issueChallenge(registry, 'session', '');
    nowMs += 10 * 60_000;
    const living = await record();
    expect(await purgeExpired(registry)).toMatchObject({ enrolments: 0, challenges: 1 });
    expect((await findEnrolment(registry, enrolmentId)).ok).toBe(true);
    nowMs += 52 * 60_000;
    expect(await purgeExpired(registry)).toMatchObject({ enrolments: 1 });
    expect(await findEnrolment(registry, enrolmentId)).toMatchObject({ ok: false, fault: { code: 'ENROLMENT_UNKNOWN' } });
    expect((await findEnrolment(registry, living)).ok).toBe(true);
  });

  it('a session ends after half an hour', async () => {
    await pool.query(`INSERT INTO identities VALUES ('someone', 'active', 'A', 'B', '1990-01-01', 'female', 'UTO', 'passport', 'UTO', 'X1', '2035-01-01', 'eidas2', 'face', 'p', now())`);
    const token = await startSession(registry, 'someone');
    expect(await readSession(registry, token)).toBe('someone');
    nowMs += 30 * 60_000;
    expect(await readSession(registry, token)).toBeUndefined();
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
