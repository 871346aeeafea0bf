import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
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
  postgres = await startEmbeddedPostgres({ dataDir });
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
  it('keeps what was written over a stop, and takes over from a server that was killed', async () => {
    const folder = await mkdtemp('/var/tmp/visavis-test-pg-');
    const first = await startEmbeddedPostgres({ dataDir: folder });
    const one = openPool(first.connection, () => undefined);
    await one.query('CREATE TABLE kept (n int)');
    await one.end();
    // The first is left running, as a hard kill of its server would leave it.
    const second = await startEmbeddedPostgres({ dataDir: folder });
    const two = openPool(second.connection, () => undefined);
    expect((await two.query('SELECT * FROM kept')).rowCount).toBe(0);
    await two.end();
    await second.stop();
    await first.stop();
    expect(() => process.kill(first.pid, 0)).toThrow('ESRCH');
    expect(() => process.kill(second.pid, 0)).toThrow('ESRCH');
    await rm(folder, { recursive: true });
  });
});
