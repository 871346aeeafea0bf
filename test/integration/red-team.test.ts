import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClientKey } from '@visavis/client';
import { type BoothCertificate, contentHash, enrolmentCreated, signBoothCertificate, signPossession } from '@visavis/contract';
import { cloneWithoutKeys, createSoftwareAuthenticator, createSpecimenState, type CreationOptions, type Passport, unknownCsca } from '@visavis/specimen';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Lie } from '../../packages/booth/src/face-cell/lying.fixture.ts';
import { type Attempt, type Cells, type CrashSystem, startCrashSystem, until } from '../support/crash-system.ts';
import { brokenInvariants } from '../support/database-invariants.ts';
import { type Meddling, type OnItsWay, standInTheMiddle } from '../support/man-in-the-middle.ts';
import { anchorsOf } from '../support/passport-in-hand.ts';

/**
 * Attacks on the whole running system, each refused by a code, each with an honest twin: a face cell that was taken
 * over, whoever stands between device and server, strangers without a passport, and what was stolen or used before.
 */

const lying = new URL('../../packages/booth/src/face-cell/lying.fixture.ts', import.meta.url).pathname;
const identities = async (system: CrashSystem): Promise<number> => (await system.database.query<{ n: number }>('SELECT count(*)::int AS n FROM identities')).rows[0]!.n;

/** How an attempt ended: its code, and what the server logged of its booth. */
async function ended(system: CrashSystem, o: Partial<Attempt> & { readonly passport?: Passport } = {}): Promise<{ readonly told: string; readonly events: readonly string[]; readonly codes: readonly string[] }> {
  const from = system.events.length;
  const enrolled = await system.enrol({ passport: o.passport ?? system.mint(), ...o });
  if (!enrolled.ok) expect(enrolled.fault.nextStep).toMatch(/^[A-Z].{10,}\.$/);
  const mine = () => system.events.slice(from);
  await until(() => mine().some(({ event }) => event === 'booth.ended'), 'the booth ended');
  return { told: enrolled.ok ? 'accepted' : enrolled.fault.code, events: mine().map(({ event }) => event), codes: mine().find(({ event }) => event === 'booth.ended')?.codes ?? [] };
}

const linux = process.platform === 'linux';

describe.skipIf(!linux)('a face cell that was taken over', () => {
  /** Hears whoever gets out of the walls. */
  const outside = createServer((socket) => {
    heard += 1;
    socket.destroy();
  });
  let heard = 0;
  let port = 0;
  let system: CrashSystem;

  beforeAll(async () => {
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    const address = outside.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => void outside.close());
  afterEach(async () => {
    expect(await brokenInvariants(system.database, system.keyStoreDir)).toEqual([]);
    await system.stop();
  });
  const takenOver = async (lie: Lie): Promise<void> => {
    system = await startCrashSystem({ lie, port });
  };

  it('can say yes to any face, and to nothing without a genuine chip: it is not even asked', async () => {
    await takenOver('onlyLies');
    const waiting = (await system.settled()).face;
    for (const [passport, code] of [
      [cloneWithoutKeys(system.mint()), 'CA_FAILED'],
      [unknownCsca(system.mint(), Date.now()), 'PA_CSCA_UNKNOWN'],
    ] as const) {
      const { told, events } = await ended(system, { passport });
      expect(told).toBe(code);
      expect(events).not.toContain('booth.capture.started');
      expect((await system.settled()).face).toEqual(waiting);
    }
    expect(await identities(system)).toBe(0);
    // The honest limit: with a genuine chip in hand its word about the face is all that there is.
    expect((await ended(system)).told).toBe('accepted');
    expect((await system.settled()).face).not.toEqual(waiting);
  });

  it.each<readonly [string, Lie]>([
    ['speaks to the parent in the name of the chip cell', 'speaksToParent'],
    ['hands over a verdict of its own', 'forgesVerdict'],
    ['sends an image behind its report', 'smugglesBehind'],
  ])('that %s ends the attempt: BOOTH_CELL_DIED', async (_what, lie) => {
    await takenOver(lie);
    expect(await ended(system)).toMatchObject({ told: 'BOOTH_LOST', codes: ['BOOTH_CELL_DIED'] });
    expect(await identities(system)).toBe(0);
  });

  it.each<readonly [string, Lie, string]>([
    ['the name of a check', 'smugglesInName', 'DECISION_POLICY_MISMATCH'],
    ['the reason of a check', 'smugglesInReason', 'DECISION_CHECK_NOT_RUN'],
  ])('that hides an image in %s (%s) is not believed: %s', async (_what, lie, code) => {
    await takenOver(lie);
    expect(await ended(system)).toMatchObject({ told: code, codes: [code] });
    expect(await identities(system)).toBe(0);
  });

  it('reaches nobody, starts nothing and does not outlive its booth', async () => {
    const leftBehind = () => commandLines().filter((line) => line.includes('an-image-of-a-face')).length;
    await takenOver('breaksOut');
    const { chip, face } = await system.settled();
    expect((await ended(system)).told).toBe('accepted');
    const areGone = (of: Cells) => commandLines([...of.chip, ...of.face]).every((line) => !/(chip|face)-cell/.test(line));
    await until(() => areGone({ chip, face }), 'both cells are gone');
    const waiting = await system.settled();
    await system.killServer();
    await until(() => areGone(waiting), 'none outlives the server');
    expect([heard, leftBehind()]).toEqual([0, 0]);

    // Positive control: the same program without walls does all of it.
    const free = spawn(process.execPath, [lying, 'breaksOut' satisfies Lie, String(port)], { stdio: 'ignore' });
    await until(() => heard > 0 && leftBehind() > 0, 'without walls it gets out');
    free.kill('SIGTERM');
    await delay(100);
    expect(free.exitCode ?? free.signalCode).toBe(null);
    free.kill('SIGKILL');
    for (const [pid, line] of processes()) if (line.includes('an-image-of-a-face')) process.kill(pid, 'SIGKILL');
  });
});

/** Every process of this machine with its command line. */
function processes(): readonly (readonly [pid: number, commandLine: string])[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return [[Number(name), readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')] as const];
    } catch {
      return [];
    }
  });
}

const commandLines = (of?: readonly number[]): readonly string[] => processes().flatMap(([pid, line]) => (of === undefined || of.includes(pid) ? [line] : []));

describe.skipIf(!linux)('between device and server', () => {
  let system: CrashSystem;
  beforeAll(async () => {
    system = await startCrashSystem();
  });
  afterEach(async () => {
    expect(await brokenInvariants(system.database, system.keyStoreDir)).toEqual([]);
  });
  afterAll(() => system?.stop());

  /** An attempt whose device reaches the server through somebody. */
  async function through(meddling: Meddling, o: Partial<Attempt> = {}): ReturnType<typeof ended> {
    const relay = await standInTheMiddle(system.url, meddling);
    try {
      return await ended(system, { ...o, device: (device) => ({ ...device, server: { ...device.server, origin: relay.origin } }) });
    } finally {
      await relay.stop();
    }
  }

  it('honest twin: somebody who only carries sees no word of it, and the citizen is enrolled', async () => {
    const passport = system.mint();
    const seen: OnItsWay[] = [];
    const { told } = await through({ message: (message) => (seen.push(message), [message.text ? message.bytes.toString() : message.bytes]) }, { passport });
    expect(told).toBe('accepted');
    const all = Buffer.concat(seen.map(({ bytes }) => bytes)).toString('latin1');
    expect(seen.filter(({ from }) => from === 'device').length).toBeGreaterThan(10);
    // The hello, in clear, is there; what is said in it and what is sealed is not.
    expect(all).toContain('clientKey');
    for (const secret of [passport.documentNumber, passport.access.dateOfBirth, 'SPECIMEN', 'cardCommands', 'openDocument', 'verdict', '\xff\xd8\xff']) expect(all).not.toContain(secret);
  });

  describe('a relay that swaps the booth’s key', () => {
    /** The certificate that the device gets, and how many messages it then sends to whoever made it. */
    async function swap(certificate: (genuine: string) => Promise<string>): Promise<readonly [string, number]> {
      let sent = 0;
      const { told } = await through({
        answer: async (path, body) => {
          if (path !== '/api/enrolments') return body;
          const created = enrolmentCreated.parse(JSON.parse(body));
          return JSON.stringify({ ...created, boothCertificate: await certificate(created.boothCertificate) });
        },
        message: ({ from, bytes }) => {
          if (from === 'device') sent += 1;
          return [bytes];
        },
      });
      return [told, sent];
    }

    it('for one of its own, signed by itself, gets nothing: BOOTH_CERTIFICATE_INVALID', async () => {
      const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
      const channelKey = Buffer.from(await crypto.subtle.exportKey('raw', publicKey)).toString('base64url');
      const claimsOf = (genuine: string) => JSON.parse(Buffer.from(genuine.split('.')[1]!, 'base64url').toString()) as BoothCertificate;
      expect(await swap((genuine) => signBoothCertificate({ ...claimsOf(genuine), channelKey }, privateKey))).toEqual(['BOOTH_CERTIFICATE_INVALID', 0]);
    });

    it('for that of a booth that it opened itself, genuine and logged, gets nothing: BOOTH_CERTIFICATE_INVALID', async () => {
      const thief = await createClientKey();
      const own = await fetch(`${system.url}/api/enrolments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ requestId: Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url'), clientKey: thief.publicKey, consent: { faceProcessing: true, identityCreation: true, textVersion: await consentText(system), language: 'en' } }),
      });
      const { boothCertificate, enrolmentId } = enrolmentCreated.parse(await own.json());
      expect(await swap(() => Promise.resolve(boothCertificate))).toEqual(['BOOTH_CERTIFICATE_INVALID', 0]);
      const possession = await signPossession({ enrolmentId, action: 'withdraw', ...thief, atMs: Date.now() });
      expect((await fetch(`${system.url}/api/enrolments/${enrolmentId}/withdraw`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ possession }) })).status).toBe(204);
    });
  });

  describe('a sealed message of the device', () => {
    const others: Buffer[] = [];
    /** Does it to the device's message of this index: 0 is the hello, 1 opens the document, then come the chip's answers. */
    const to = (index: number, change: (bytes: Buffer) => readonly (Buffer | string)[]): Meddling => ({
      message: ({ from, index: at, bytes, text }) => (from === 'device' && at === index ? change(bytes) : [text ? bytes.toString() : bytes]),
    });
    const flipped = (bytes: Buffer): Buffer => {
      const other = Buffer.from(bytes);
      other[other.length >> 1]! ^= 1;
      return other;
    };
    let held: Buffer | undefined;

    beforeAll(async () => {
      // Another citizen's session, recorded as it went by.
      await through({ message: ({ from, text, bytes }) => {
        if (from === 'device' && !text) others.push(bytes);
        return [text ? bytes.toString() : bytes];
      } });
      expect(others.length).toBeGreaterThan(5);
    });

    it.each<readonly [string, Meddling, string, string]>([
      ['changed in one bit', to(2, (bytes) => [flipped(bytes)]), 'BOOTH_CHANNEL_SEQUENCE', 'BOOTH_CHANNEL_SEQUENCE'],
      ['cut short', to(2, (bytes) => [bytes.subarray(0, bytes.length - 1)]), 'BOOTH_CHANNEL_SEQUENCE', 'BOOTH_CHANNEL_SEQUENCE'],
      ['sent twice', to(2, (bytes) => [bytes, bytes]), 'BOOTH_CHANNEL_SEQUENCE', 'BOOTH_CHANNEL_SEQUENCE'],
      ['kept back until after the next', { message: ({ from, index, bytes, text }) => {
        if (from === 'device' && index === 9) {
          held = bytes;
          return [];
        }
        return from === 'device' && index === 10 ? [bytes, held!] : [text ? bytes.toString() : bytes];
      } }, 'BOOTH_CHANNEL_SEQUENCE', 'BOOTH_CHANNEL_SEQUENCE'],
      ['replaced by one of another session', to(2, () => [others[1]!]), 'BOOTH_CHANNEL_SEQUENCE', 'BOOTH_CHANNEL_SEQUENCE'],
      ['empty', to(1, () => [Buffer.alloc(0)]), 'BOOTH_CHANNEL_SEQUENCE', 'BOOTH_CHANNEL_SEQUENCE'],
      ['sent as text', to(1, () => ['{"type":"withdraw"}']), 'BOOTH_CHANNEL_MALFORMED', 'BOOTH_CHANNEL_MALFORMED'],
      ['preceded by a hello of somebody else', to(0, (bytes) => [bytes.toString().replace(/"signature":"..../, '"signature":"AAAA')]), 'BOOTH_LOST', 'BOOTH_HELLO_INVALID'],
      ['larger than any', to(2, () => [Buffer.alloc(600 * 1024)]), 'NETWORK_CUT', 'BOOTH_DISCONNECTED'],
    ])('%s ends the attempt', async (_what, meddling, told, code) => {
      const before = await identities(system);
      expect(await through(meddling)).toMatchObject({ told, codes: [code] });
      expect(await identities(system)).toBe(before);
    });
  });

  it.each<readonly [string, (bytes: Buffer) => readonly Buffer[]]>([
    ['changed in one bit', (bytes) => [Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])])]],
    ['sent twice', (bytes) => [bytes, bytes]],
    ['left out', () => []],
  ])('a sealed message of the booth that is %s is not obeyed: BOOTH_ANSWER_INVALID', async (_what, change) => {
    let left = false;
    const { told } = await through({
      message: ({ from, index, bytes, text }) => {
        if (from !== 'booth' || index !== 0) return [text ? bytes.toString() : bytes];
        const onward = change(bytes);
        left = onward.length === 0;
        // The booth waits for an answer now: something must come next for the gap to show.
        return left ? [Buffer.from('what comes next')] : onward;
      },
    });
    expect(told).toBe('BOOTH_ANSWER_INVALID');
    expect((await ended(system)).told).toBe('accepted');
  });

  it('messages after the verdict reach nobody', async () => {
    let late: ((message: Buffer) => void) | undefined;
    const { told } = await ended(system, {
      device: (device) => ({ ...device, server: { ...device.server, openSocket: (url) => {
        const socket = device.server.openSocket(url);
        late = (message) => socket.send(new Uint8Array(message));
        return socket;
      } } }),
      onProgress: ({ stage }) => stage === 'verdict' && late?.(Buffer.alloc(64)),
    });
    expect(told).toBe('accepted');
  });

  it('a verdict and a certificate of an earlier enrolment make no second identity: BOOTH_CERTIFICATE_INVALID, VERDICT_INVALID', async () => {
    let first: { verdict: string; boothCertificate: string } | undefined;
    const watch = (change: (body: { verdict: string; boothCertificate: string }) => object): Meddling => ({
      request: (path, body) => (path.endsWith('/identity') ? JSON.stringify(change(JSON.parse(body) as { verdict: string; boothCertificate: string })) : body),
    });
    expect((await through(watch((body) => (first = body)))).told).toBe('accepted');
    const before = await identities(system);
    expect((await through(watch((body) => ({ ...body, verdict: first!.verdict, boothCertificate: first!.boothCertificate })))).told).toBe('BOOTH_CERTIFICATE_INVALID');
    expect((await through(watch((body) => ({ ...body, verdict: first!.verdict })))).told).toBe('VERDICT_INVALID');
    expect(await identities(system)).toBe(before);
  });

  it('a stolen enrolment id with its verdict binds no other passkey: CLIENT_KEY_NOT_PROVEN; the citizen’s own does', async () => {
    let stolen: Promise<Response> | undefined;
    const thief = await createClientKey();
    const { told } = await through({
      request: async (path, body) => {
        if (!path.endsWith('/identity')) return body;
        const { passkey } = JSON.parse(body) as { passkey: object };
        const possession = await signPossession({ enrolmentId: path.split('/')[3]!, action: 'bind', ...thief, atMs: Date.now(), over: await contentHash({ passkey }) });
        stolen = fetch(`${system.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...(JSON.parse(body) as object), possession }) });
        await stolen;
        return body;
      },
    });
    expect(((await (await stolen!).json()) as { fault: { code: string } }).fault.code).toBe('CLIENT_KEY_NOT_PROVEN');
    expect(told).toBe('accepted');
  });

  it('a passkey of somebody between, put in the place of the citizen’s under the citizen’s own proof, is not bound: CLIENT_KEY_NOT_PROVEN', async () => {
    const thief = createSoftwareAuthenticator({ origin: system.url, random: (n) => crypto.getRandomValues(new Uint8Array(n)) });
    let options: CreationOptions | undefined;
    const before = await identities(system);
    const { told } = await through({
      answer: (path, body) => {
        if (path.endsWith('/passkey-options')) options = JSON.parse(body) as CreationOptions;
        return body;
      },
      // Same challenge, same verdict, same proof of possession: only the passkey is another.
      request: async (path, body) => (path.endsWith('/identity') ? JSON.stringify({ ...(JSON.parse(body) as object), passkey: await thief.create(options!) }) : body),
    });
    expect(told).toBe('CLIENT_KEY_NOT_PROVEN');
    expect(await identities(system)).toBe(before);
  });

  it('strangers without a genuine passport hold no face cell, however many, and a citizen among them gets theirs', async () => {
    const waiting = (await system.settled()).face;
    const strangers = Array.from({ length: STRANGERS }, (_, i) => system.enrol({ passport: i % 2 === 0 ? cloneWithoutKeys(system.mint()) : unknownCsca(system.mint(), Date.now()) }));
    const told = await Promise.all(strangers.map(async (stranger) => (await stranger).ok));
    expect(told.every((ok) => !ok)).toBe(true);
    expect((await system.settled()).face).toEqual(waiting);
    expect((await ended(system)).told).toBe('accepted');
    expect((await system.settled()).face).not.toEqual(waiting);
  });
});

const STRANGERS = 40;

async function consentText(system: CrashSystem): Promise<string> {
  return ((await (await fetch(`${system.url}/api/configuration`)).json()) as { consentTextVersion: string }).consentTextVersion;
}

describe('a made-up state in production', () => {
  it('keeps the server from starting, whether its file says that it is made up or not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'visavis-red-team-'));
    const state = createSpecimenState({ seed: 'a state of the red team', nowMs: Date.now() });
    try {
      for (const specimen of [true, false]) {
        const file = join(folder, 'anchors.json');
        await writeFile(file, JSON.stringify({ specimen, ...anchorsOf(state) }));
        const { code, words } = await new Promise<{ code: unknown; words: string }>((resolve) => {
          execFile(process.execPath, [new URL('../../apps/server/src/main.ts', import.meta.url).pathname], { env: { PATH: process.env['PATH'], VISAVIS_MODE: 'production', VISAVIS_STATE_DIR: join(folder, 'state'), VISAVIS_TRUST_ANCHORS_FILE: file }, timeout: 30_000 }, (error, _out, words) => resolve({ code: error?.code, words }));
        });
        expect([code, words]).toEqual([1, expect.stringMatching(/^START_SPECIMEN_ANCHOR: /)]);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
