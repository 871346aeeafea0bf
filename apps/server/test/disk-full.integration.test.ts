import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfiguration } from '../src/configuration.ts';
import type { LoggedEvent } from '../src/event-log.ts';
import { startServer, type RunningServer } from '../src/start-server.ts';
import { freePort, type TestBooth, testBoothPool } from './start-test-server.ts';
import { consent, type FaultAnswer, newDeviceKey, randomId } from './test-citizen.ts';

/** A fresh PostgreSQL is 40 MB and its log grows in files of 16. */
const DISK_MIB = 120;
const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

/** A small disk of its own needs the right to mount one; elsewhere this is left out. */
describe.skipIf(!mayMount).each([
  ['under the database', false, ['SERVER_FAILED', 'LOG_UNAVAILABLE']],
  ['under everything: the signer, which remembers what it signed, is the first to notice', true, ['SIGNER_FAILED']],
] as const)(`a full disk${mayMount ? '' : ' (left out: only root can mount a small one)'} %s`, (_where, isUnderEverything, codes) => {
  const disk = mkdtempSync(path.join(tmpdir(), 'visavis-disk-'));
  const elsewhere = mkdtempSync(path.join(tmpdir(), 'visavis-state-'));
  const ballast = path.join(disk, 'ballast');
  const booths = new Map<string, TestBooth>();
  const events: LoggedEvent[] = [];
  let server: RunningServer;

  beforeAll(async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', disk]);
    chmodSync(disk, 0o755);
    const configuration = readConfiguration(
      { VISAVIS_PORT: String(await freePort()), VISAVIS_STATE_DIR: path.join(isUnderEverything ? disk : elsewhere, 'state'), VISAVIS_POSTGRES_DIR: path.join(disk, 'postgres'), VISAVIS_SITE_DIR: path.join(disk, 'site'), VISAVIS_ENROLMENTS_PER_MINUTE: '10000', VISAVIS_BOOTHS_PER_ADDRESS: '1000' },
      true,
    );
    server = await startServer(configuration, (event) => events.push(event), () => Promise.resolve(testBoothPool(booths)));
  });
  afterAll(async () => {
    rmSync(ballast, { force: true });
    await server?.stop();
    execFileSync('umount', ['-l', disk]);
    for (const folder of [disk, elsewhere]) rmSync(folder, { recursive: true });
  });

  const begin = async (): Promise<{ readonly status: number; readonly enrolmentId?: string; readonly code?: string }> => {
    const answer = await fetch(`${server.url}/api/enrolments`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: randomId(), clientKey: (await newDeviceKey()).publicKey, consent }) });
    const body = (await answer.json()) as Partial<FaultAnswer> & { readonly enrolmentId?: string };
    return { status: answer.status, ...(body.enrolmentId === undefined ? {} : { enrolmentId: body.enrolmentId }), ...(body.fault === undefined ? {} : { code: body.fault.code }) };
  };
  const inUse = async (): Promise<number> => ((await (await fetch(`${server.url}/health`)).json()) as { booths: { inUse: number } }).booths.inUse;

  it('refuses who begins by code, holds no room for them, quotes nothing, and goes on when there is space again; what was acknowledged is there', async () => {
    const acknowledged: string[] = [];
    for (let i = 0; i < 3; i++) acknowledged.push((await begin()).enrolmentId!);
    try {
      for (let i = 0; i < DISK_MIB * 4; i++) appendFileSync(ballast, Buffer.alloc(256 * 1024));
    } catch (full) {
      expect((full as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
    const refused: (string | undefined)[] = [];
    for (let i = 0; i < 5000 && refused.length < 5; i++) {
      const told = await begin();
      if (told.status === 201) acknowledged.push(told.enrolmentId!);
      else refused.push(told.code);
    }
    expect(refused.length).toBe(5);
    for (const code of refused) expect(codes).toContain(code);
    // Who was refused holds no room.
    await expect.poll(inUse).toBe(acknowledged.length);
    expect(JSON.stringify(events)).not.toContain('No space');

    rmSync(ballast);
    await expect.poll(async () => (await begin()).status, { timeout: 60_000, interval: 500 }).toBe(201);
    const kept = await enrolmentIds();
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  });

  /** By the embedded database's own socket: its folder is named in the running process. */
  async function enrolmentIds(): Promise<ReadonlySet<string>> {
    const socket = execFileSync('sh', ['-c', `tr '\\0' '\\n' < /proc/$(head -1 ${disk}/postgres/postmaster.pid)/cmdline`], { encoding: 'utf8' }).split('\n').find((argument) => argument.startsWith('unix_socket_directories='))!.slice('unix_socket_directories='.length);
    const client = new pg.Client({ host: socket, user: 'postgres', database: 'postgres' });
    await client.connect();
    try {
      const { rows } = await client.query<{ enrolment_id: string }>('SELECT enrolment_id FROM enrolments');
      return new Set(rows.map((row) => row.enrolment_id));
    } finally {
      await client.end();
    }
  }
});
