import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type P256PublicJwk, signPossession, signVerdict } from '@visavis/contract';
import { createSoftwareAuthenticator, type CreationOptions } from '@visavis/specimen';
import { exportJWK, generateKeyPair } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';
import { openOperatorSigner } from '../src/operator-signer.ts';
import { createBrowser } from './cookie-jar.ts';
import { freePort } from './start-test-server.ts';
import { consent, newDeviceKey, newDocumentNumber, randomId } from './test-citizen.ts';

/** A statement that meets this lock waits for it: the moment at which the server is killed. */
const LOCK = 77;

let folder: string;
let dataDir: string;
let postgres: EmbeddedPostgres;
let database: pg.Client;
let environment: NodeJS.ProcessEnv;
let origin: string;
let server: ChildProcess;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'visavis-test-'));
  dataDir = await mkdtemp('/var/tmp/visavis-test-pg-');
  postgres = await startEmbeddedPostgres({ dataDir, onCrash: () => undefined });
  database = new pg.Client(postgres.connection);
  await database.connect();
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

async function start(): Promise<void> {
  server = spawn(process.execPath, [path.join(import.meta.dirname, 'killable-server.ts')], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => server.stdout!.once('data', resolve));
}

async function kill(): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await gone;
}

/** A citizen with an accepted verdict and a passkey, about to bind. The operator's key is in the test's hands. */
async function readyToBind() {
  const browser = createBrowser();
  const key = await newDeviceKey();
  const { enrolmentId } = (await (await browser.fetch(`${origin}/api/enrolments`, { json: { requestId: randomId(), clientKey: key.publicKey, consent } })).json()) as { enrolmentId: string };
  const { rows } = await database.query<{ consent_id: string; identity_id: string }>('SELECT consent_id, identity_id FROM enrolments WHERE enrolment_id = $1', [enrolmentId]);
  const booth = await generateKeyPair('ES256');
  const { kty, crv, x, y } = await exportJWK(booth.publicKey);
  const nowS = Math.floor(Date.now() / 1000);
  const times = { iat: nowS - 1, exp: nowS + 600 };
  const signer = await openOperatorSigner(folder);
  const named = { enrolmentId, clientKeyThumbprint: key.thumbprint };
  const boothCertificate = await signer.certifyBooth({ ...named, ...times, channelKey: Buffer.alloc(65, 4).toString('base64url'), verdictKey: { kty, crv, x, y } as P256PublicJwk });
  const verdict = await signVerdict(
    {
      ...named,
      ...times,
      consentId: rows[0]!.consent_id,
      pathway: 'face',
      policyVersion: 'test-1',
      checks: [{ check: 'passiveAuthentication', status: 'pass' }],
      outcome: 'accept',
      levelOfAssurance: 'eidas2',
      person: { familyName: 'LOVELACE', givenNames: 'ADA', dateOfBirth: '1985-12-10', sex: 'female', nationality: 'UTO' },
      document: { type: 'passport', issuingState: 'UTO', documentNumber: newDocumentNumber(), dateOfExpiry: '2035-01-01' },
    },
    booth.privateKey,
  );
  const possession = (action: 'passkeyOptions' | 'bind') => signPossession({ enrolmentId, action, publicKey: key.publicKey, privateKey: key.privateKey, atMs: Date.now() });
  const options = await browser.fetch(`${origin}/api/enrolments/${enrolmentId}/passkey-options`, { json: { possession: await possession('passkeyOptions') } });
  const authenticator = createSoftwareAuthenticator({ origin, random: (n) => new Uint8Array(randomBytes(n)) });
  const passkey = await authenticator.create((await options.json()) as CreationOptions);
  return {
    identityId: rows[0]!.identity_id,
    bind: async () => browser.fetch(`${origin}/api/enrolments/${enrolmentId}/identity`, { json: { possession: await possession('bind'), verdict, boothCertificate, passkey } }),
    account: () => browser.fetch(`${origin}/api/account`),
  };
}

/** Rows of one identity, table by table. */
async function rowsOf(identityId: string): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const table of ['identities', 'document_tags', 'devices', 'consents']) {
    const { rows } = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE identity_id = $1`, [identityId]);
    counts.push(rows[0]!.n);
  }
  const { rows } = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM enrolments WHERE identity_id = $1 AND state = 'bound'`, [identityId]);
  return [...counts, rows[0]!.n];
}

const nothing = [0, 0, 0, 0, 0];
const everything = [1, 1, 1, 1, 1];

/** Where the server is when it dies, as a trigger, and what is there afterwards. */
const points: readonly (readonly [name: string, trigger: string, left: readonly number[]])[] = [
  ['the challenge is being taken', 'BEFORE DELETE ON challenges', nothing],
  ['the identity is about to be written', 'BEFORE INSERT ON identities', nothing],
  ['the identity has been written', 'AFTER INSERT ON identities', nothing],
  ['the document is about to be tagged', 'BEFORE INSERT ON document_tags', nothing],
  ['the document has been tagged', 'AFTER INSERT ON document_tags', nothing],
  ['the passkey is about to be written', 'BEFORE INSERT ON devices', nothing],
  ['the passkey has been written', 'AFTER INSERT ON devices', nothing],
  ['the consent is about to be written', 'BEFORE INSERT ON consents', nothing],
  ['the enrolment is about to be closed', 'BEFORE UPDATE ON enrolments', nothing],
  ['the enrolment has been closed', 'AFTER UPDATE ON enrolments', nothing],
  // The database has everything and was told to keep it: it does, and only the answer is lost.
  ['the transaction is being committed', 'AFTER UPDATE ON enrolments DEFERRABLE INITIALLY DEFERRED', everything],
  ['the session is about to be opened', 'BEFORE INSERT ON sessions', everything],
];

for (const [name, trigger, left] of points) {
  it(`killed while ${name}: all or nothing is there, and the same request makes it whole`, async () => {
    const citizen = await readyToBind();
    await database.query(`CREATE ${trigger.includes('DEFERRED') ? 'CONSTRAINT ' : ''}TRIGGER test_wait ${trigger} FOR EACH ROW EXECUTE FUNCTION test_wait()`);
    await database.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const lost = citizen.bind().then(
      () => 'answered',
      () => 'lost',
    );
    const waiting = async () => (await database.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).rowCount;
    await expect.poll(waiting, { timeout: 20_000, interval: 20 }).toBe(1);
    await kill();
    await database.query('SELECT pg_advisory_unlock($1)', [LOCK]);
    expect(await lost).toBe('lost');
    // The trigger goes when the dead server's transaction is over: this waits for that.
    await database.query(`DROP TRIGGER test_wait ON ${/ ON (\w+)/.exec(trigger)![1]}`);
    expect(await rowsOf(citizen.identityId)).toEqual(left);

    await start();
    expect((await citizen.bind()).status).toBe(201);
    expect(await rowsOf(citizen.identityId)).toEqual(everything);
    expect((await citizen.account()).status).toBe(200);
  });
}
