import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoggedEntry } from '@visavis/contract';
import { commitment, consistencyPath, leafHash, nodeHash, parseCheckpoint, parseLogProof, toBase64 } from '@visavis/log';
import { inTransaction, logPublicChange, openTransparencyLog, type OpenTransparencyLog } from '@visavis/registry';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logRoutes } from '../src/routes/log.ts';
import { createLogSigner } from './log-signer.ts';
import { startTestDatabase, type TestDatabase } from './start-test-database.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const signer = createLogSigner();
const signed: string[] = [];
const proofs: LoggedEntry[] = [];
let folder: string;
let copy: string;
let database: TestDatabase;
let log: OpenTransparencyLog;
let url: string;
const app = Fastify();

/** Sizes between which tiles become full, at two levels. */
const BATCHES = [1, 1, 5, 120, 129, 1, 400, 1, 700];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'visavis-test-'));
  copy = path.join(folder, 'copy');
  database = await startTestDatabase();
  const { pool } = database;
  const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
  log = await openTransparencyLog({ pool, random, logKey: signer.logKey, signCheckpoint: async (request) => signer.sign(request), onFault: () => undefined });
  signed.push(await log.checkpoint());
  for (const batch of BATCHES) {
    proofs.push(...(await Promise.all(Array.from({ length: batch }, (_, n) => log.append({ kind: 'deviceAdded', at: '2026-11-22T12:00:00.000Z', identityId: 'i', deviceId: String(n) })))));
    signed.push(await log.checkpoint());
  }
  await logPublicChange({ pool, log, random }, { kind: 'policyChanged', at: '2026-11-22T12:00:00.000Z', policy: 'decision', version: 'decision-1', sha256: 'A'.repeat(43) });
  const unasked = await inTransaction(pool, (client) => log.appendWith(client, { kind: 'deviceRevoked', at: '2026-11-22T12:00:00.000Z', identityId: 'i', deviceId: '1' }, random(32)));
  proofs.push((await log.prove(unasked))!);
  signed.push(await log.checkpoint());
  logRoutes(app, { registry: { log, pool, clock: () => Date.now() }, signer });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await log?.close();
  await database?.stop();
  await rm(folder, { recursive: true });
});

async function run(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<{ readonly status: number | null; readonly output: string; readonly errors: string }> {
  const child = spawn(command, args, { cwd: repository, env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { status, output, errors };
}
const audit = (...args: readonly string[]) => run(process.execPath, ['apps/cli/src/main.ts', 'audit', 'log', ...args]);
const auditJson = async (...args: readonly string[]) => JSON.parse((await audit(...args, '--json')).output) as { readonly holds: boolean; readonly fault?: { readonly code: string } } & Record<string, unknown>;

/** A copy of the copy, with one file changed. */
async function tampered(name: string, file: string, change: (content: Buffer) => Buffer): Promise<string> {
  const target = path.join(folder, name);
  await cp(copy, target, { recursive: true });
  await writeFile(path.join(target, file), change(await readFile(path.join(target, file))));
  return target;
}
const flipBit = (content: Buffer): Buffer => {
  content[40]! ^= 1;
  return content;
};

describe('anybody', () => {
  it('copies the log from a server, and finds it whole with what the operator changed in it', async () => {
    const report = await auditJson(url, '--log-key', signer.logKey, '--save', copy);
    expect(report).toMatchObject({ holds: true, size: proofs.length + 1, keyFrom: 'pinned', publicEntries: [{ text: expect.stringContaining('"policyChanged"') as unknown }] });
    expect(await readFile(path.join(copy, 'checkpoint'), 'utf8')).toBe(signed.at(-1));
  });

  it('checks the copy offline, against an earlier state that they kept', async () => {
    const earlier = path.join(folder, 'earlier');
    await writeFile(earlier, signed[4]!);
    expect(await auditJson(copy, '--log-key', signer.logKey, '--since', earlier)).toMatchObject({ holds: true, since: 127 });
    // The right key over a state that this log never had.
    const forked = createLogSigner();
    await writeFile(earlier, forked.sign({ checkpoint: `localhost/test-log\n127\n${toBase64(new Uint8Array(32))}\n`, consistency: [] }));
    expect((await auditJson(copy, '--log-key', signer.logKey, '--since', earlier)).fault?.code).toBe('LOG_NOT_APPEND_ONLY');
  });

  it('who is shown a rewritten log keeps the state that shows it, and what was shown instead beside it', async () => {
    const kept = path.join(folder, 'kept');
    await cp(copy, kept, { recursive: true });
    const forked = createLogSigner();
    const rewritten = await tampered('rewritten', 'checkpoint', () => Buffer.from(forked.sign({ checkpoint: `localhost/test-log\n${proofs.length + 1}\n${toBase64(new Uint8Array(32))}\n`, consistency: [] })));
    const asked = ['--log-key', signer.logKey, '--since', path.join(kept, 'checkpoint'), '--save', kept];
    expect((await auditJson(rewritten, ...asked)).fault?.code).toBe('LOG_TREE_MISMATCH');
    const refused = (await readdir(folder)).filter((name) => name.startsWith('kept.refused-'));
    expect(await readFile(path.join(kept, 'checkpoint'), 'utf8')).toBe(signed.at(-1));
    expect(refused).toHaveLength(1);
    expect(await readFile(path.join(folder, refused[0]!, 'checkpoint'), 'utf8')).toBe(await readFile(path.join(rewritten, 'checkpoint'), 'utf8'));
    // Honest twin: a log that goes on takes the earlier copy's place, and leaves nothing beside it.
    expect(await auditJson(url, ...asked)).toMatchObject({ holds: true });
    expect((await readdir(folder)).filter((name) => name.startsWith('kept.refused-'))).toEqual(refused);
  });

  it('is warned in plain words when the key comes from the log itself, and refused under another key', async () => {
    const trusting = await audit(copy);
    expect([trusting.status, trusting.output, trusting.errors]).toEqual([0, expect.stringContaining('is whole'), expect.stringContaining('the key came from the log itself')]);
    const other = await audit(copy, '--log-key', createLogSigner('localhost/test-log', new Uint8Array(32)).logKey);
    expect([other.status, other.errors]).toEqual([1, expect.stringContaining('LOG_CHECKPOINT_INVALID')]);
    expect((await auditJson(copy, '--log-key', 'no key')).fault?.code).toBe('LOG_KEY_INVALID');
    expect((await audit(copy, '--unknown')).status).toBe(2);
    expect((await auditJson('http://127.0.0.1:1', '--log-key', signer.logKey)).fault?.code).toBe('LOG_UNREACHABLE');
  });

  it('finds a changed bit in a copy, and an opening that is not in the log', async () => {
    expect((await auditJson(await tampered('bit', 'tile/0/001', flipBit), '--log-key', signer.logKey)).fault?.code).toBe('LOG_TREE_MISMATCH');
    const invented = await tampered('invented', 'openings', (content) => Buffer.from(content.toString().replace('decision-1', 'decision-2')));
    expect((await auditJson(invented, '--log-key', signer.logKey)).fault?.code).toBe('LOG_OPENING_INVALID');
  });
});

describe('Go\'s implementation', () => {
  let verifier: string;
  beforeAll(async () => {
    verifier = path.join(folder, 'verifier');
    const cache = path.join(repository, '.state/go-build');
    await mkdir(cache, { recursive: true });
    // Debian's package, as it lies there: nothing is downloaded.
    const built = await run('go', ['build', '-o', verifier, 'apps/server/test/independent-verifier/main.go'], { GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: cache, GOFLAGS: '', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' });
    if (built.status !== 0) throw new Error(`the independent verifier does not build (script/setup --tests installs what it needs): ${built.errors}`);
  });

  const proofFile = async (name: string, lines: readonly string[]): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, lines.join('\n'));
    return file;
  };
  const recordLines = (): string[] => proofs.map(({ opening, proof }) => {
    const parsed = parseLogProof(proof);
    const checkpoint = parsed.ok ? parseCheckpoint(parsed.value.checkpoint.split('\n\n')[0]! + '\n') : parsed;
    if (!parsed.ok || !checkpoint.ok) throw new Error('not a proof');
    const leaf = commitment(Buffer.from(opening.salt, 'base64url'), opening.text);
    return ['record', parsed.value.index, checkpoint.value.size, toBase64(checkpoint.value.root), toBase64(leaf), ...parsed.value.path.map(toBase64)].join(' ');
  });
  /** From every state that was signed to every later one. */
  const treeLines = async (): Promise<string[]> => {
    const states = signed.map((note) => {
      const state = parseCheckpoint(note.split('\n\n')[0]! + '\n');
      if (!state.ok) throw new Error(state.fault.code);
      return state.value;
    });
    const leaves: Uint8Array[] = [];
    for (let index = 0; index * 256 < states.at(-1)!.size; index++) {
      const tile = (await log.tile(0, index, Math.min(256, states.at(-1)!.size - index * 256)))!;
      for (let at = 0; at < tile.length; at += 32) leaves.push(tile.slice(at, at + 32));
    }
    const read = (level: number, index: number): Uint8Array => (level === 0 ? leaves[index]! : nodeHash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1)));
    return states.flatMap((to) => states.filter((from) => from.size > 0 && from.size <= to.size).map((from) => ['tree', from.size, to.size, toBase64(from.root), toBase64(to.root), ...consistencyPath(from.size, to.size, read).map(toBase64)].join(' ')));
  };

  it('accepts the checkpoint, the tiles, every inclusion proof and every consistency proof', async () => {
    const trees = await treeLines();
    const checked = await run(verifier, [copy, signer.logKey, await proofFile('proofs', [...recordLines(), ...trees])]);
    expect([checked.errors, checked.status]).toEqual(['', 0]);
    expect(JSON.parse(checked.output)).toEqual({ entries: proofs.length + 1, records: proofs.length, trees: trees.length });
    expect(trees.length).toBeGreaterThan(50);
  });

  it('refuses a tampered entry, tile, checkpoint or proof', async () => {
    const records = recordLines();
    const honest = await proofFile('honest', records);
    const partial = `tile/0/${String(Math.floor((proofs.length + 1) / 256)).padStart(3, '0')}.p/${(proofs.length + 1) % 256}`;
    for (const [name, file, reason] of [
      ['entry', 'tile/entries/002', /^an entry is not in the tree/],
      // This version of Go's tile reader does not check every tile by itself; its proofs then fail.
      ['tile', 'tile/0/001', /^(tiles: downloaded inconsistent tile|an entry is not in the tree)/],
      ['partial', partial, /^tiles: downloaded inconsistent tile/],
      ['upper', `tile/1/000.p/${Math.floor((proofs.length + 1) / 256)}`, /^tiles: downloaded inconsistent tile/],
      ['checkpoint', 'checkpoint', /^checkpoint: /],
    ] as const) {
      const refused = await run(verifier, [await tampered(`go-${name}`, file, flipBit), signer.logKey, honest]);
      expect([refused.status, refused.errors], name).toEqual([1, expect.stringMatching(reason)]);
    }
    const lie = (line: string): string => line.replace(/ ([A-Za-z0-9+/=]{44})$/, (_, hash: string) => ` ${toBase64(leafHash(Buffer.from(hash)))}`);
    const inclusion = await run(verifier, [copy, signer.logKey, await proofFile('lie', [...records.slice(0, -1), lie(records.at(-1)!)])]);
    expect([inclusion.status, inclusion.errors]).toEqual([1, expect.stringContaining('our inclusion proof')]);
    const consistency = await run(verifier, [copy, signer.logKey, await proofFile('lie', [lie((await treeLines()).find((line) => line.split(' ').length > 6)!)])]);
    expect([consistency.status, consistency.errors]).toEqual([1, expect.stringContaining('our consistency proof')]);
  });
});

describe('the routes', () => {
  const get = async (at: string) => {
    const answer = await fetch(new URL(at, url));
    return { status: answer.status, type: answer.headers.get('content-type'), cache: answer.headers.get('cache-control'), body: new Uint8Array(await answer.arrayBuffer()) };
  };

  it('serve what the specification names, as long as it may be kept', async () => {
    expect(await get('/log/checkpoint')).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8', cache: 'public, max-age=1' });
    const [full, partial] = [await get('/log/tile/0/000'), await get('/log/tile/0/000.p/7')];
    expect(full).toMatchObject({ status: 200, type: 'application/octet-stream', cache: 'public, max-age=31536000, immutable' });
    expect([full.body.length, partial.status, partial.body]).toEqual([8192, 200, full.body.slice(0, 7 * 32)]);
    expect((await get('/log/tile/entries/000')).body.length).toBe(256 * 34);
    expect(new TextDecoder().decode((await get('/log/key')).body)).toBe(`${signer.logKey}\n`);
  });

  it('have a code for everything else', async () => {
    const size = proofs.length + 1;
    const beyond = [`/log/tile/0/${String(Math.floor(size / 256)).padStart(3, '0')}`, '/log/tile/0/x001/000', '/log/tile/2/000', '/log/tile/7/000.p/1', '/log/tile/0/x999/x999/x999/x999/x999'];
    const illFormed = ['/log/tile/0/0', '/log/tile/8/000', '/log/tile/63/000', '/log/tile/-1/000', '/log/tile/entries/000.p/256', '/log/tile/0/000.p/0', '/log/tile/0/000.p/', '/log/tile/0/x000/000', '/log/tile/', '/log/tile/0', '/log/tile/0/000/', '/log/tile/0/%00', '/log/tile/0/..%2f..%2fkey', `/log/tile/0/${'x001/'.repeat(20)}001`, '/log/tile/1e0/000', '/log/tile/0/٠٠٠'];
    for (const at of [...beyond, ...illFormed]) {
      const { status, body } = await get(at);
      expect([status, (JSON.parse(new TextDecoder().decode(body)) as { fault?: { code: string } }).fault?.code], at).toEqual([404, 'REQUEST_ADDRESS_UNKNOWN']);
    }
  });

  it('bound how often one network reads', async () => {
    let now = 0;
    const limited = Fastify();
    logRoutes(limited, { registry: { log, pool: database.pool, clock: () => now }, signer });
    const read = async () => (await limited.inject('/log/key')).statusCode;
    let last = 200;
    for (let n = 0; n < 20_000 && last === 200; n++) last = await read();
    const refused = await limited.inject('/log/key');
    expect([last, refused.json<{ fault: { code: string } }>().fault.code]).toEqual([429, 'LOG_READ_TOO_OFTEN']);
    now += 60_000;
    expect(await read()).toBe(200);
    await limited.close();
  });
});
