import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AcceptedVerdictClaims, contentHash, enrolmentCreated, signPossession } from '@visavis/contract';
import { createSoftwareAuthenticator, type CreationOptions } from '@visavis/specimen';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';
import { createBrowser } from './cookie-jar.ts';
import { freePort } from './start-test-server.ts';
import { consent, type FaultAnswer, newDateOfBirth, newDeviceKey, newDocumentNumber, randomId } from './test-citizen.ts';
import { brokenInvariants } from '../../../test/support/database-invariants.ts';
import { brokenPromises, type SeenProof, seenProof } from '../../../test/support/whole-log.ts';

/**
 * kill -9 of the server and of the database inside every statement that makes an identity, records an enrolment or
 * withdraws one: all or nothing is there afterwards, and the same request makes it whole.
 */

/** A statement that meets this lock waits for it: the moment at which the victim is killed. */
const LOCK = 77;
type Victim = 'server' | 'database';

let folder: string;
let dataDir: string;
let postgres: EmbeddedPostgres;
/** Of the test: holds the lock, and dies with the database. */
let database: pg.Client;
let environment: NodeJS.ProcessEnv;
let origin: string;
let server: ChildProcess;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'visavis-test-'));
  dataDir = await mkdtemp('/var/tmp/visavis-test-pg-');
  postgres = await startEmbeddedPostgres({ dataDir, onCrash: () => undefined });
  database = await connect();
  const port = await freePort();
  origin = `http://localhost:${port}`;
  environment = {
    PATH: process.env['PATH'],
    VISAVIS_PORT: String(port),
    VISAVIS_STATE_DIR: folder,
    VISAVIS_SITE_DIR: path.join(folder, 'site'),
    DATABASE_URL: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(postgres.connection.host)}`,
  };
  await start();
  await database.query(`CREATE FUNCTION test_wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock_shared(${LOCK}); PERFORM pg_advisory_unlock_shared(${LOCK}); RETURN coalesce(NEW, OLD); END $$`);
});
afterAll(async () => {
  await kill();
  await database.end();
  await postgres.stop();
  await rm(folder, { recursive: true });
  await rm(dataDir, { recursive: true });
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(postgres.connection);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function start(): Promise<void> {
  server = spawn(process.execPath, [path.join(import.meta.dirname, 'killable-server.ts')], { env: environment, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  await new Promise((resolve) => server.stdout!.once('data', resolve));
}

async function kill(): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await gone;
}

/** What a booth of the killable server says of its enrolment; its key is in the server's process. */
async function verdictOf(claims: Omit<AcceptedVerdictClaims, 'consentId'>): Promise<string> {
  const answered = once(server, 'message');
  server.send(claims);
  return ((await answered) as [string])[0];
}

/** A citizen with an accepted verdict and a passkey, about to bind. */
async function readyToBind() {
  const browser = createBrowser();
  const key = await newDeviceKey();
  const created = await browser.fetch(`${origin}/api/enrolments`, { json: { requestId: randomId(), clientKey: key.publicKey, consent } });
  const { enrolmentId, boothCertificate } = enrolmentCreated.parse(await created.json());
  const { rows } = await database.query<{ identity_id: string }>('SELECT identity_id FROM enrolments WHERE enrolment_id = $1', [enrolmentId]);
  const nowS = Math.floor(Date.now() / 1000);
  const verdict = await verdictOf({
    enrolmentId,
    clientKeyThumbprint: key.thumbprint,
    iat: nowS - 1,
    exp: nowS + 600,
    pathway: 'face',
    policyVersion: 'test-1',
    checks: [{ check: 'passiveAuthentication', status: 'pass' }],
    outcome: 'accept',
    levelOfAssurance: 'eidas2',
    person: { familyName: 'LOVELACE', givenNames: 'ADA', dateOfBirth: newDateOfBirth(), sex: 'female', nationality: 'UTO' },
    document: { type: 'passport', issuingState: 'UTO', documentNumber: newDocumentNumber(), dateOfExpiry: '2035-01-01' },
  });
  const possession = (action: 'passkeyOptions' | 'bind' | 'withdraw', over?: string) =>
    signPossession({ enrolmentId, action, publicKey: key.publicKey, privateKey: key.privateKey, atMs: Date.now(), ...(over === undefined ? {} : { over }) });
  const options = await browser.fetch(`${origin}/api/enrolments/${enrolmentId}/passkey-options`, { json: { possession: await possession('passkeyOptions') } });
  const authenticator = createSoftwareAuthenticator({ origin, random: (n) => new Uint8Array(randomBytes(n)) });
  const passkey = await authenticator.create((await options.json()) as CreationOptions);
  return {
    identityId: rows[0]!.identity_id,
    withdraw: async () => browser.fetch(`${origin}/api/enrolments/${enrolmentId}/withdraw`, { json: { possession: await possession('withdraw') } }),
    bind: async () => browser.fetch(`${origin}/api/enrolments/${enrolmentId}/identity`, { json: { possession: await possession('bind', await contentHash({ passkey })), verdict, boothCertificate, passkey } }),
    account: () => browser.fetch(`${origin}/api/account`),
  };
}

/** Rows of one identity, table by table. */
async function rowsOf(identityId: string): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const table of ['identities', 'document_tags', 'person_tags', 'devices', 'consents', 'identity_log']) {
    const { rows } = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE identity_id = $1`, [identityId]);
    counts.push(rows[0]!.n);
  }
  const { rows } = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM enrolments WHERE identity_id = $1 AND state = 'bound'`, [identityId]);
  return [...counts, rows[0]!.n];
}

/** An identity has two entries in the log: itself, and its first passkey. */
const nothing = [0, 0, 0, 0, 0, 0, 0];
const everything = [1, 1, 1, 1, 1, 2, 1];

/** So that one point that fails does not fail those after it. */
afterEach(async () => {
  for (const table of ['challenges', 'identities', 'document_tags', 'person_tags', 'devices', 'consents', 'identity_log', 'log_pending', 'log_leaves', 'log_tiles', 'log_head', 'enrolments', 'sessions']) await database.query(`DROP TRIGGER IF EXISTS test_wait ON ${table}`);
  if (server.exitCode !== null || server.signalCode !== null) await start();
});

/** How a request ended that was under way when somebody died. */
async function ending(request: Promise<Response>): Promise<string> {
  try {
    const response = await request;
    return response.ok ? 'done' : ((await response.json()) as FaultAnswer).fault.code;
  } catch {
    return 'lost';
  }
}

/**
 * Kills the victim while the request stands at the trigger, and has it back again.
 * @returns how the request ended: the citizen's device hears of a dead server by its silence, of a dead database by a code
 */
async function killAt(victim: Victim, trigger: string, request: () => Promise<Response>): Promise<string> {
  await database.query(`CREATE ${trigger.includes('DEFERRED') ? 'CONSTRAINT ' : ''}TRIGGER test_wait ${trigger} FOR EACH ROW EXECUTE FUNCTION test_wait()`);
  await database.query('SELECT pg_advisory_lock($1)', [LOCK]);
  const ended = ending(request());
  const waiting = async () => (await database.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).rowCount;
  await expect.poll(waiting, { timeout: 20_000, interval: 20 }).toBeGreaterThan(0);
  if (victim === 'server') {
    await kill();
    await database.query('SELECT pg_advisory_unlock($1)', [LOCK]);
  } else {
    process.kill(postgres.pid, 'SIGKILL');
  }
  const how = await ended;
  // The database is started again by itself, and the lock died with the connection that held it.
  if (victim === 'database') {
    await expect.poll(() => fetch(`${origin}/health`).then(({ status }) => status), { timeout: 20_000, interval: 20 }).toBe(200);
    database = await connect();
  }
  // The trigger goes when the dead one's transaction is over: this waits for that.
  await database.query(`DROP TRIGGER test_wait ON ${/ ON (\w+)/.exec(trigger)![1]}`);
  return how;
}

const heard: Readonly<Record<Victim, string>> = { server: 'lost', database: 'SERVER_FAILED' };
/** Given to citizens in these tests. */
const proofs: SeenProof[] = [];
const whole = async (): Promise<void> => {
  expect(await brokenInvariants(database, path.join(folder, 'identity-keys'))).toEqual([]);
};

/** Where the victim dies, as a trigger, and what is there afterwards. */
const points: readonly (readonly [name: string, trigger: string, left: readonly number[]])[] = [
  ['the challenge is being taken', 'BEFORE DELETE ON challenges', nothing],
  ['the identity is about to be written', 'BEFORE INSERT ON identities', nothing],
  ['the identity has been written', 'AFTER INSERT ON identities', nothing],
  ['the document is about to be tagged', 'BEFORE INSERT ON document_tags', nothing],
  ['the document has been tagged', 'AFTER INSERT ON document_tags', nothing],
  ['the person has been tagged', 'AFTER INSERT ON person_tags', nothing],
  ['the passkey is about to be written', 'BEFORE INSERT ON devices', nothing],
  ['the passkey has been written', 'AFTER INSERT ON devices', nothing],
  ['the consent is about to be written', 'BEFORE INSERT ON consents', nothing],
  ['the log entry is being queued', 'BEFORE INSERT ON log_pending', nothing],
  ['the log entry has been kept for its citizen', 'AFTER INSERT ON identity_log', nothing],
  ['the enrolment is about to be closed', 'BEFORE UPDATE ON enrolments', nothing],
  ['the enrolment has been closed', 'AFTER UPDATE ON enrolments', nothing],
  ['the transaction is being committed', 'AFTER UPDATE ON enrolments DEFERRABLE INITIALLY DEFERRED', nothing],
  ['the session is about to be opened', 'BEFORE INSERT ON sessions', everything],
];

/** Before a row is written the database holds what it held after the one before: those only when all are asked for. */
const every = process.env['VISAVIS_EVERY_CRASH'] === '1';
const asked = points.filter(([, trigger]) => every || !trigger.startsWith('BEFORE') || /challenges|log_pending|sessions/.test(trigger));

for (const victim of ['server', 'database'] as const) {
  for (const [name, trigger, leftBy] of asked) {
    it(`the ${victim} killed while ${name}: all or nothing is there, and the same request makes it whole`, async () => {
      // A database that was told to keep everything, and lives, does: only the answer is lost with the server.
      const left = victim === 'server' && trigger.includes('DEFERRED') ? everything : leftBy;
      const citizen = await readyToBind();
      expect(await killAt(victim, trigger, citizen.bind)).toBe(heard[victim]);
      expect(await rowsOf(citizen.identityId)).toEqual(left);
      await whole();

      if (victim === 'server') await start();
      expect((await citizen.bind()).status).toBe(201);
      expect(await rowsOf(citizen.identityId)).toEqual(everything);
      expect((await citizen.account()).status).toBe(200);
      await whole();
    });
  }

  it.each([
    ['is about to be recorded', 'BEFORE INSERT ON enrolments'],
    ['has been recorded', 'AFTER INSERT ON enrolments'],
    ['is being committed', 'AFTER INSERT ON enrolments DEFERRABLE INITIALLY DEFERRED'],
  ])(`the ${victim} killed while the enrolment %s: the same request begins it, once`, async (_name, trigger) => {
    const { publicKey } = await newDeviceKey();
    const json = { requestId: randomId(), clientKey: publicKey, consent };
    const begin = () => createBrowser().fetch(`${origin}/api/enrolments`, { json });
    const recorded = async () => (await database.query('SELECT 1 FROM enrolments WHERE request_id = $1', [json.requestId])).rowCount;
    expect(await killAt(victim, trigger, begin)).toBe(heard[victim]);
    // A statement that the database was given before the server died is carried out or not: never twice, never by half.
    expect(await recorded()).toBeLessThanOrEqual(victim === 'server' ? 1 : 0);
    if (victim === 'server') await start();
    const again = [await begin(), await begin()];
    expect(again.map(({ status }) => status)).toEqual([201, 201]);
    expect(new Set(await Promise.all(again.map((answer) => answer.text()))).size).toBe(1);
    expect(await recorded()).toBe(1);
    await whole();
  });

  it.each([
    ['is taking entries in', 'BEFORE INSERT ON log_leaves'],
    ['is writing its tiles', 'BEFORE INSERT OR UPDATE ON log_tiles'],
    ['has grown', 'AFTER UPDATE OF size ON log_head'],
    ['has been committed and not yet signed', 'AFTER UPDATE OF size ON log_head DEFERRABLE INITIALLY DEFERRED'],
    ['is publishing what was signed', 'BEFORE UPDATE OF checkpoint ON log_head'],
  ])(`the ${victim} killed while the log %s: no entry that was proven is lost, and it goes on`, async (_name, trigger) => {
    const { publicKey } = await newDeviceKey();
    const json = { requestId: randomId(), clientKey: publicKey, consent };
    const begin = () => createBrowser().fetch(`${origin}/api/enrolments`, { json });
    expect(await killAt(victim, trigger, begin)).toMatch(victim === 'server' ? /^lost$/ : /^(SERVER_FAILED|LOG_UNAVAILABLE|done)$/);
    if (victim === 'server') await start();
    const { boothLogged } = enrolmentCreated.parse(await (await begin()).json());
    proofs.push(seenProof(boothLogged, (await (await fetch(`${origin}/log/key`)).text()).trim()));
    expect(await brokenPromises(origin, proofs)).toEqual([]);
    await whole();
  });

  it(`the ${victim} killed while consent is being withdrawn: asked again it is, and no identity can come of it`, async () => {
    const citizen = await readyToBind();
    expect(await killAt(victim, 'BEFORE UPDATE ON enrolments', citizen.withdraw)).toBe(heard[victim]);
    if (victim === 'server') await start();
    expect((await citizen.withdraw()).status).toBe(204);
    expect(await ending(citizen.bind())).toBe('ENROLMENT_OVER');
    expect(await rowsOf(citizen.identityId)).toEqual(nothing);
    await whole();
  });
}
