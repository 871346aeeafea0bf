import { spawnSync } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { brokenInvariants } from '../../../test/support/database-invariants.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';
import { openPool } from '../src/open-pool.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { createCitizen, type FaultAnswer } from './test-citizen.ts';

/**
 * No space left, where the keys lie and where the database lies: the citizen is told by a code, nothing half-made is
 * there, and once there is space the same request makes the identity. A file system of a few megabytes of its own needs root.
 */
const canMount = process.platform === 'linux' && process.getuid?.() === 0;

const CHUNK = Buffer.alloc(64 * 1024, 1);
const BYTE = Buffer.alloc(1, 1);

const undo: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A small disk. */
async function mountDisk(mebibytes: number): Promise<{ readonly folder: string; readonly fill: () => Promise<void>; readonly free: () => Promise<void> }> {
  const folder = await mkdtemp('/var/tmp/visavis-full-');
  undo.push(() => rm(folder, { recursive: true }));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0755`, 'tmpfs', folder]).status !== 0) throw new Error('no disk');
  undo.push(() => void spawnSync('umount', ['--lazy', folder]));
  const filler = path.join(folder, 'filler');
  const write = async (bytes: Buffer): Promise<boolean> =>
    appendFile(filler, bytes).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error;
        return false;
      },
    );
  return {
    folder,
    async fill() {
      while (await write(CHUNK));
      while (await write(BYTE));
    },
    free: () => rm(filler),
  };
}

const told = async (response: Response): Promise<readonly [number, string]> => [response.status, response.ok ? '' : ((await response.json()) as FaultAnswer).fault.code];

async function readyToBind(server: TestServer) {
  const citizen = createCitizen(server);
  const enrolment = await citizen.begin();
  const body = { possession: await enrolment.possession('bind'), verdict: await enrolment.verdict(), boothCertificate: enrolment.boothCertificate, passkey: await enrolment.passkey() };
  return { citizen, bind: () => enrolment.bind(body) };
}

describe.skipIf(!canMount)(`a full disk${canMount ? '' : ' (left out: only root can make one)'}`, () => {
  it('of the key store: SERVER_FAILED and no identity; with space again the same request makes it', async () => {
    const disk = await mountDisk(1);
    const keyStoreDir = path.join(disk.folder, 'identity-keys');
    const server = await startTestServer({ VISAVIS_KEYSTORE_DIR: keyStoreDir });
    undo.push(() => server.stop());
    const identities = async () => (await server.database.query('SELECT 1 FROM identities')).rowCount;
    const { citizen, bind } = await readyToBind(server);
    await disk.fill();
    expect(await told(await bind())).toEqual([500, 'SERVER_FAILED']);
    expect(await identities()).toBe(0);
    expect(await brokenInvariants(server.database, keyStoreDir)).toEqual([]);

    await disk.free();
    expect(await told(await bind())).toEqual([201, '']);
    expect(await identities()).toBe(1);
    expect(await brokenInvariants(server.database, keyStoreDir)).toEqual([]);
    expect((await citizen.browser.fetch(`${server.origin}/api/account`)).status).toBe(200);
  });

  it('of the database: every answer is coded, health says so; with space again it comes back by itself and the same request makes the identity', async () => {
    const disk = await mountDisk(256);
    const postgres: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir: path.join(disk.folder, 'data'), onCrash: () => undefined });
    undo.push(() => postgres.stop());
    const keyStore = await mkdtemp('/var/tmp/visavis-full-keys-');
    undo.push(() => rm(keyStore, { recursive: true }));
    const keyStoreDir = path.join(keyStore, 'identity-keys');
    const server = await startTestServer({ VISAVIS_KEYSTORE_DIR: keyStoreDir, DATABASE_URL: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(postgres.connection.host)}` });
    undo.push(() => server.stop());
    const database = openPool(postgres.connection, () => undefined);
    undo.push(() => database.end());
    const health = async () => (await fetch(`${server.origin}/health`)).status;
    const { citizen, bind } = await readyToBind(server);
    await createCitizen(server).enrol();

    await disk.fill();
    // What is written next needs a new file of the write-ahead log, and there is no room for one.
    await database.query('SELECT pg_switch_wal()').catch(() => undefined);
    expect(await told(await bind())).toEqual([500, 'SERVER_FAILED']);
    await expect.poll(health, { timeout: 10_000 }).toBe(503);
    await expect(createCitizen(server).begin()).rejects.toThrow('SERVER_FAILED');

    await disk.free();
    await expect.poll(health, { timeout: 60_000 }).toBe(200);
    // What was acknowledged before is there, and nothing half-made beside it.
    expect((await database.query('SELECT 1 FROM identities')).rowCount).toBe(1);
    expect(await brokenInvariants(database, keyStoreDir)).toEqual([]);
    expect(await told(await bind())).toEqual([201, '']);
    expect(await brokenInvariants(database, keyStoreDir)).toEqual([]);
    expect((await citizen.browser.fetch(`${server.origin}/api/account`)).status).toBe(200);
  });
});
