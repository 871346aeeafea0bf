import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { chmod, chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { consent, type FaultAnswer, newDeviceKey, randomId } from './test-citizen.ts';

/** As an operator runs it: the signer by itself, with its own settings, and the server told where it listens. */

const main = path.join(import.meta.dirname, '../../signer/src/main.ts');
/** Debian's `nobody` and `nogroup`. */
const NOBODY = 65_534;

let folder: string;
let signer: ChildProcess | undefined;
let server: TestServer;
const socketPath = (): string => path.join(folder, 'socket/signer');

async function startSigner(): Promise<void> {
  signer = spawn(process.execPath, [main], { env: { VISAVIS_SIGNER_DIR: path.join(folder, 'keys'), VISAVIS_SIGNER_SOCKET: socketPath(), VISAVIS_SIGNER_LOG_ORIGIN: 'id.example/log' }, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(signer.stdout!, 'data');
}
async function stopSigner(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const ended = once(signer!, 'exit');
  signer!.kill(signal);
  await ended;
}
const begin = async (): Promise<string> => {
  const answer = await fetch(`${server.origin}/api/enrolments`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: randomId(), clientKey: (await newDeviceKey()).publicKey, consent }) });
  return answer.status === 201 ? 'created' : `${answer.status} ${((await answer.json()) as FaultAnswer).fault.code}`;
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'visavis-signer-'));
  await startSigner();
  server = await startTestServer({ VISAVIS_SIGNER_SOCKET: socketPath() });
});
afterAll(async () => {
  await server?.stop();
  signer?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('a signer that runs by itself', () => {
  it('serves the server, under the name that it was given', async () => {
    expect(await begin()).toBe('created');
    expect(await (await fetch(`${server.origin}/api/configuration`)).json()).toMatchObject({ logKey: expect.stringMatching(/^id\.example\/log\+/) });
  });

  it('gone, the citizen is told so by code and nothing is begun; back, everything goes on, and the log with it', async () => {
    await stopSigner('SIGKILL');
    const before = server.booths.size;
    expect(await begin()).toMatch(/^503 SIGNER_UNAVAILABLE$/);
    expect(server.booths.size).toBe(before + 1);
    const [booth] = [...server.booths.values()].slice(-1);
    expect(booth!.closed).toEqual(['BOOTH_DISCONNECTED']);
    const { rows } = await server.database.query<{ n: number }>('SELECT count(*)::int AS n FROM enrolments');
    expect(rows[0]!.n).toBe(1);
    await startSigner();
    await expect.poll(begin, { timeout: 30_000 }).toBe('created');
  });

  it.skipIf(process.getuid?.() !== 0)('lets a group of another user in when it is told to, and nobody else', async () => {
    const own = mkdtempSync(path.join(tmpdir(), 'visavis-signer-'));
    try {
      await chmod(own, 0o711);
      await chown(own, 0, NOBODY);
      const grouped = spawn(process.execPath, [main], {
        env: { VISAVIS_SIGNER_DIR: path.join(own, 'keys'), VISAVIS_SIGNER_SOCKET: path.join(own, 'socket/signer'), VISAVIS_SIGNER_LOG_ORIGIN: 'id.example/log', VISAVIS_SIGNER_SOCKET_GROUP: String(NOBODY) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(grouped.stdout, 'data');
      const modeOf = (file: string) => [(statSync(file).mode & 0o777).toString(8), statSync(file).gid];
      expect([modeOf(path.join(own, 'socket')), modeOf(path.join(own, 'socket/signer'))]).toEqual([['710', NOBODY], ['660', NOBODY]]);
      /** Whether a user with this group, and no other, can speak to it; Debian's own Perl tries, since Node may lie where that user can't go. */
      const speaks = async (gid: number): Promise<boolean> => {
        const script = `use IO::Socket::UNIX; exit(IO::Socket::UNIX->new(Peer => '${path.join(own, 'socket/signer')}') ? 0 : 1)`;
        const child = spawn('/usr/bin/perl', ['-e', script], { uid: NOBODY, gid, stdio: 'ignore' });
        return ((await once(child, 'exit')) as [number])[0] === 0;
      };
      expect([await speaks(NOBODY), await speaks(12_345)]).toEqual([true, false]);
      const ended = once(grouped, 'exit');
      grouped.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  });
});
