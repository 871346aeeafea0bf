import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Needle, searchMemory, WINDOW_BYTES } from '../../../test/support/search-memory.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';
import { freePort } from './start-test-server.ts';
import { consent, newDeviceKey, randomId } from './test-citizen.ts';

/** The private keys are in the signer's memory and in no other: not in that of the server, which has every signature it wants. */

let folder: string;
let dataDir: string;
let postgres: EmbeddedPostgres;
let server: ChildProcess;
let origin: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'visavis-test-'));
  dataDir = mkdtempSync('/var/tmp/visavis-test-pg-');
  postgres = await startEmbeddedPostgres({ dataDir, onCrash: () => undefined });
  const port = await freePort();
  origin = `http://localhost:${port}`;
  server = spawn(process.execPath, [path.join(import.meta.dirname, 'killable-server.ts')], {
    env: {
      PATH: process.env['PATH'],
      VISAVIS_PORT: String(port),
      VISAVIS_STATE_DIR: folder,
      VISAVIS_SITE_DIR: path.join(folder, 'site'),
      DATABASE_URL: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(postgres.connection.host)}`,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  await once(server.stdout!, 'data');
});
afterAll(async () => {
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
  await postgres.stop();
  rmSync(folder, { recursive: true });
  rmSync(dataDir, { recursive: true });
});

/** A key as files, native code and JavaScript may hold it: text, most significant byte first, and last. */
function formsOf(name: string, base64Url: string): Needle[] {
  const bytes = new Uint8Array(Buffer.from(base64Url, 'base64url'));
  return [
    { name, bytes: new Uint8Array(Buffer.from(base64Url, 'latin1').subarray(0, WINDOW_BYTES)) },
    { name, bytes },
    { name, bytes: bytes.toReversed() },
  ];
}

const childrenOf = (pid: number): number[] => readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number));

describe.skipIf(process.platform !== 'linux')('the operator\'s key and the log\'s key', () => {
  it('are in the signer\'s memory (positive control) and not in the server\'s, after it had booths certified and logged', async () => {
    for (let i = 0; i < 5; i++) {
      const created = await fetch(`${origin}/api/enrolments`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: randomId(), clientKey: (await newDeviceKey()).publicKey, consent }) });
      expect(created.status).toBe(201);
    }
    const { d } = JSON.parse(readFileSync(path.join(folder, 'signer/operator-key.json'), 'utf8')) as { readonly d: string };
    const { seed } = JSON.parse(readFileSync(path.join(folder, 'signer/log-key.json'), 'utf8')) as { readonly seed: string };
    const needles = [...formsOf('operator key', d), ...formsOf('log key', seed)];
    const signers = childrenOf(server.pid!).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('apps/signer'));
    expect(signers).toHaveLength(1);
    const held = searchMemory(signers[0]!, needles);
    expect([...held.found].toSorted()).toEqual(['log key', 'operator key']);
    const searched = searchMemory(server.pid!, needles);
    expect(searched.searchedBytes).toBeGreaterThan(20_000_000);
    expect([...searched.found]).toEqual([]);
  });
});
