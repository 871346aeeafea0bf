import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { boothKeyDigests, MAX_SIGNER_MESSAGE_BYTES, p256PublicJwk, type ReceiptClaims, verifyBoothCertificate, verifyReceipt } from '@visavis/contract';
import { toBase64Url } from '@visavis/kernel';
import { commitment, encodeLogProof, formatCheckpoint, leafHash } from '@visavis/log';
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { type OperatorSigner, SignerRefused } from '../src/operator-signer.ts';
import { keepSignerChild } from '../src/signer/keep-signer-child.ts';
import { openOperatorSigner } from '../src/signer/open-operator-signer.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});
const later = (clean: () => unknown): number => cleanups.push(clean);

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-signer-'));
  later(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Signers that run for a folder now. */
function signersOf(dir: string): number[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('apps/signer/src/main.ts') && readFileSync(`/proc/${name}/environ`, 'utf8').includes(`VISAVIS_SIGNER_DIR=${dir}\0`);
    } catch {
      return false;
    }
  }).map(Number);
}

async function startOwn(dir: string, answerMs?: number) {
  let ended = 0;
  const child = keepSignerChild({ dir, logOrigin: 'log.test/signer', adoptOperatorKey: path.join(dir, '../operator-key.json'), onEnded: () => (ended += 1) });
  later(() => child.stop());
  const opened = await openOperatorSigner({ ...child, ...(answerMs === undefined ? {} : { answerMs }) });
  later(() => opened.close());
  return { ...opened, child, ended: () => ended };
}

const NOW_S = (): number => Math.floor(Date.now() / 1000);
const code = async (asked: Promise<unknown>): Promise<string> => {
  try {
    await asked;
    return 'signed';
  } catch (error) {
    return error instanceof SignerRefused ? error.fault.code : String(error);
  }
};
const leafRoot = (n: number): { size: number; root: Uint8Array } => ({ size: 1, root: leafHash(new Uint8Array(32).fill(n)) });
const signRoot = (signer: OperatorSigner, n: number): Promise<string> => signer.signCheckpoint({ checkpoint: formatCheckpoint({ origin: 'log.test/signer', ...leafRoot(n) }), consistency: [] });
const receipt = (): ReceiptClaims => ({
  subject: 'booth',
  enrolmentId: toBase64Url(new Uint8Array(16)),
  clientKeyThumbprint: 'A'.repeat(43),
  boothKeyHash: 'B'.repeat(43),
  startedAt: new Date().toISOString(),
  endedAt: new Date().toISOString(),
  outcome: 'accept',
  processed: [],
  cellsReaped: true,
  kept: [],
  iat: NOW_S(),
});

describe('the signer as a process', () => {
  it('certifies a booth that is in its own log, the whole way over the socket', async () => {
    const { signer } = await startOwn(path.join(newFolder(), 'signer'));
    const { kty, crv, x, y } = await exportJWK((await generateKeyPair('ES256')).publicKey);
    const keys = { channelKey: toBase64Url(crypto.getRandomValues(new Uint8Array(65))), verdictKey: p256PublicJwk.parse({ kty, crv, x, y }) };
    const text = JSON.stringify({ kind: 'boothOpened', at: new Date().toISOString(), ...(await boothKeyDigests(keys)) });
    const salt = new Uint8Array(32).fill(9);
    const signed = await signer.signCheckpoint({ checkpoint: formatCheckpoint({ origin: 'log.test/signer', size: 1, root: leafHash(commitment(salt, text)) }), consistency: [] });
    const logged = { opening: { salt: toBase64Url(salt), text }, proof: encodeLogProof({ index: 0, path: [], checkpoint: signed }) };
    const claims = { enrolmentId: toBase64Url(new Uint8Array(16)), ...keys, clientKeyThumbprint: 'A'.repeat(43), iat: NOW_S(), exp: NOW_S() + 600 };
    const certificate = await signer.certifyBooth(claims, logged);
    expect(await verifyBoothCertificate(certificate, { operatorKey: signer.publicKey, enrolmentId: claims.enrolmentId, clientKeyThumbprint: claims.clientKeyThumbprint, atMs: Date.now() })).toMatchObject({ ok: true });
    expect(await code(signer.certifyBooth({ ...claims, channelKey: toBase64Url(new Uint8Array(65)) }, logged))).toBe('SIGNER_BOOTH_NOT_LOGGED');
  });

  it('keeps keys, socket and memory from everybody else; takes the operator key of an earlier version over and away', async () => {
    const folder = newFolder();
    const dir = path.join(folder, 'signer');
    const { kty, crv, x, y, d } = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey);
    writeFileSync(path.join(folder, 'operator-key.json'), JSON.stringify({ kty, crv, x, y, d }));
    const { signer, child } = await startOwn(dir);
    expect(signer.publicKey).toEqual({ kty, crv, x, y });
    expect(readdirSync(folder)).toEqual(['signer']);
    const modes = (file: string): string => (statSync(file).mode & 0o777).toString(8);
    expect([modes(dir), modes(path.dirname(child.socketPath)), modes(child.socketPath)]).toEqual(['700', '700', '600']);
    for (const name of ['operator-key.json', 'log-key.json']) expect([name, modes(path.join(dir, name))]).toEqual([name, '600']);
    const [pid] = signersOf(dir);
    expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/Max core file size +0 +0/);
  });

  it('killed at once or while it works, it comes back with the same keys and what it signed; nothing is signed twice differently', async () => {
    const dir = path.join(newFolder(), 'signer');
    const { signer, ended } = await startOwn(dir);
    const { logKey, publicKey } = signer;
    expect(await code(signRoot(signer, 1))).toBe('signed');
    for (let round = 0; round < 5; round++) {
      const asked = Array.from({ length: 20 }, () => signer.signReceipt(receipt()));
      await new Promise((resolve) => setTimeout(resolve, round * 2));
      for (const pid of signersOf(dir)) process.kill(pid, 'SIGKILL');
      for (const signed of await Promise.all(asked)) expect(await verifyReceipt(signed, publicKey)).toMatchObject({ ok: true });
      expect(await code(signRoot(signer, 1))).toBe('signed');
      expect(await code(signRoot(signer, 2))).toBe('SIGNER_CHECKPOINT_FORKED');
    }
    expect(ended()).toBe(5);
    expect(signersOf(dir)).toHaveLength(1);
    expect([signer.logKey, signer.publicKey]).toEqual([logKey, publicKey]);
  });

  it('one that hangs is SIGNER_UNAVAILABLE in time, and the same question is answered when it goes on', async () => {
    const dir = path.join(newFolder(), 'signer');
    const { signer } = await startOwn(dir, 500);
    const [pid] = signersOf(dir);
    process.kill(pid!, 'SIGSTOP');
    expect(await code(signer.signReceipt(receipt()))).toBe('SIGNER_UNAVAILABLE');
    process.kill(pid!, 'SIGCONT');
    await expect.poll(() => code(signer.signReceipt(receipt())), { timeout: 20_000 }).toBe('signed');
  });

  it('of two servers with one folder one child holds the keys, and when it goes the other\'s takes over', async () => {
    const dir = path.join(newFolder(), 'signer');
    const first = await startOwn(dir);
    const second = await startOwn(dir);
    expect(second.signer.logKey).toBe(first.signer.logKey);
    expect(signersOf(dir)).toHaveLength(1);
    first.close();
    await first.child.stop();
    expect(await code(second.signer.signReceipt(receipt()))).toBe('signed');
    expect(signersOf(dir)).toHaveLength(1);
    // A third, started by hand beside it, is refused what the second holds.
    const third = spawn(process.execPath, [path.join(import.meta.dirname, '../../signer/src/main.ts')], { env: { VISAVIS_SIGNER_DIR: dir, VISAVIS_SIGNER_SOCKET: path.join(dir, 'other'), VISAVIS_SIGNER_LOG_ORIGIN: 'x/y' } });
    let words = '';
    third.stderr.on('data', (text: Buffer) => (words += text.toString()));
    const [status] = (await once(third, 'exit')) as [number];
    expect([status, words]).toEqual([1, expect.stringContaining('locked')]);
  });

  it('with other keys than it had is refused for good', async () => {
    const dir = path.join(newFolder(), 'signer');
    const { signer } = await startOwn(dir);
    rmSync(path.join(dir, 'log-key.json'));
    for (const pid of signersOf(dir)) process.kill(pid, 'SIGKILL');
    await expect.poll(() => code(signer.signReceipt(receipt())), { timeout: 20_000 }).toBe('SIGNER_KEYS_CHANGED');
  });

  it('writes nowhere but in its folder, and starts no program: the attempts work without its walls and fail behind them', async () => {
    const dir = newFolder();
    const outside = path.join(newFolder(), 'outside');
    const attempt = path.join(dir, 'attempt.mjs');
    writeFileSync(attempt, `import fs from 'node:fs'; import { execFileSync } from 'node:child_process';
      const outcome = (act) => { try { act(); return 'done'; } catch (error) { return error.code; } };
      console.log(JSON.stringify([outcome(() => fs.writeFileSync(${JSON.stringify(outside)}, 'x')), outcome(() => fs.readFileSync('/etc/hostname')), outcome(() => execFileSync('/bin/true'))]));`);
    const run = async (...flags: string[]): Promise<unknown> => {
      const child = spawn(process.execPath, [...flags, attempt]);
      let said = '';
      child.stdout.on('data', (text: Buffer) => (said += text.toString()));
      await once(child, 'close');
      return JSON.parse(said);
    };
    expect(await run()).toEqual(['done', 'done', 'done']);
    // The flags are the running signer's own.
    await startOwn(path.join(dir, 'signer'));
    const flags = readFileSync(`/proc/${signersOf(path.join(dir, 'signer'))[0]}/cmdline`, 'utf8').split('\0').filter((word) => word.startsWith('--'));
    expect(await run(...flags, `--allow-fs-read=${dir}`)).toEqual(['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED']);
  });

  it.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('reaches no network: from where it is a connection fails that works outside', async () => {
    const dir = path.join(newFolder(), 'signer');
    await startOwn(dir);
    const [pid] = signersOf(dir);
    const server = createServer((socket) => socket.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    later(() => server.close());
    const attempt = `require('node:net').connect(${(server.address() as AddressInfo).port}, '127.0.0.1').on('data', () => console.log('reached')).on('error', ({ code }) => console.log(code))`;
    const run = async (...command: readonly string[]): Promise<string> => {
      const child = spawn(command[0]!, [...command.slice(1), '-e', attempt]);
      let said = '';
      child.stdout.on('data', (text: Buffer) => (said += text.toString()));
      await once(child, 'close');
      return said.trim();
    };
    expect(await run(process.execPath)).toBe('reached');
    expect(await run('nsenter', `--net=/proc/${pid}/ns/net`, process.execPath)).toBe('ENETUNREACH');
  });

  it('ends with the server that started it, however that ended', async () => {
    const dir = path.join(newFolder(), 'signer');
    const script = `import { keepSignerChild } from ${JSON.stringify(path.join(import.meta.dirname, '../src/signer/keep-signer-child.ts'))};
      import { openOperatorSigner } from ${JSON.stringify(path.join(import.meta.dirname, '../src/signer/open-operator-signer.ts'))};
      await openOperatorSigner(keepSignerChild({ dir: ${JSON.stringify(dir)}, logOrigin: 'a/b', adoptOperatorKey: ${JSON.stringify(path.join(dir, 'none'))}, onEnded() {} }));
      console.log('up');`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(parent.stdout, 'data');
    expect(signersOf(dir)).toHaveLength(1);
    parent.kill('SIGKILL');
    await expect.poll(() => signersOf(dir), { timeout: 10_000 }).toEqual([]);
  });
});

describe('whoever speaks to the signer\'s socket', () => {
  async function speak(socketPath: string, what: string): Promise<string> {
    const socket = connect(socketPath);
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    socket.on('error', () => undefined);
    socket.write(what);
    await Promise.race([once(socket, 'close'), new Promise((resolve) => setTimeout(resolve, 700))]);
    socket.destroy();
    return said;
  }

  it('gets nonsense refused by code, a flood cut, and does not disturb the others', async () => {
    const { signer, child } = await startOwn(path.join(newFolder(), 'signer'));
    expect(await speak(child.socketPath, 'nonsense\n{"id":4,"type":"signBytes"}\n')).toBe('{"id":-1,"type":"refused","code":"SIGNER_REQUEST_INVALID","reason":""}\n{"id":4,"type":"refused","code":"SIGNER_REQUEST_INVALID","reason":""}\n');
    expect(await speak(child.socketPath, 'x'.repeat(4 * MAX_SIGNER_MESSAGE_BYTES))).toBe('{"id":-1,"type":"refused","code":"SIGNER_REQUEST_INVALID","reason":"too long"}\n');
    const idle = Array.from({ length: 100 }, () => connect(child.socketPath).on('error', () => undefined));
    expect(await code(signer.signReceipt(receipt()))).toBe('signed');
    for (const socket of idle) socket.destroy();
  });

  it('is not believed to be the signer in a folder that others may enter', () => {
    const dir = path.join(newFolder(), 'signer');
    mkdirSync(path.join(dir, 'socket'), { recursive: true });
    chmodSync(path.join(dir, 'socket'), 0o755);
    expect(() => keepSignerChild({ dir, logOrigin: 'a/b', adoptOperatorKey: path.join(dir, 'none'), onEnded: () => undefined })).toThrow('others may enter');
  });
});
