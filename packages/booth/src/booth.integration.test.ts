import { spawn } from 'node:child_process';
import { chmod, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AccessKey, type Camera, type ChipRelay, enrol, type EnrolmentStage, type SocketLike } from '@visavis/client';
import { type BindIdentity, type CreateEnrolment, p256PublicJwk, signBoothCertificate, type TrustAnchors, type VerdictClaims, verifyVerdict } from '@visavis/contract';
import { fromHex, toBase64Url, toHex } from '@visavis/kernel';
import { cardAccessRemoved, castSeeds, createActor, createChip, createCitizen, createSpecimenState, encodeJpeg, encodeJpeg2000, loadCanonicalMesh, paceRefused, type Passport, type Presenter, transmitBatch } from '@visavis/specimen';
import { calculateJwkThumbprint, decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fromScreen, makeOperatorsFace, VERSION } from '../../../test/support/operators-face.ts';
import { SmallLog } from '../../../test/support/small-log.ts';
import { type Booth, type BoothEnd, type BoothPool, createBoothPool, policiesInForce } from './index.ts';
import { findBubblewrap } from './walls/cell-command.ts';
import { missingWalls } from './walls/walls.ts';

/** Real cells behind real walls, the real client, the made-up state's chip and citizen. Only HTTP is left out. */
const modelsDir = fileURLToPath(new URL('../../../.state/models', import.meta.url));
const ready = existsSync(modelsDir) && readdirSync(modelsDir).length > 0;
const FRAME_EVERY_MS = 80;

const nowMs = Date.now();
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const newId = () => toBase64Url(crypto.getRandomValues(new Uint8Array(16)));

/** A WebSocket between a device and a booth without a network. */
function socketTo(booth: Booth): SocketLike {
  const target = new EventTarget();
  booth.onSend((sealed) => void target.dispatchEvent(new MessageEvent('message', { data: Uint8Array.from(sealed).buffer })));
  void booth.ended.then(({ outcome, codes }) => target.dispatchEvent(Object.assign(new Event('close'), { reason: outcome === 'failed' ? codes[0] : '' })));
  setTimeout(() => target.dispatchEvent(new Event('open')), 0);
  return {
    binaryType: 'blob',
    bufferedAmount: 0,
    send: (message) => void booth.receive(message),
    close: () => void booth.close('BOOTH_DISCONNECTED'),
    addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as unknown as EventListener),
  };
}

/** A camera in front of somebody or something, at about 12 frames a second. */
function cameraBefore(presenter: Presenter): Camera & { onStage(stage: EnrolmentStage): void } {
  let nextMs = 0;
  presenter.prompt('lookAhead', performance.now());
  return {
    onStage(stage) {
      if (stage.stage === 'prompt') presenter.prompt(stage.action, performance.now());
      if (stage.stage === 'actionSeen') presenter.prompt('lookAhead', performance.now());
      if (stage.stage === 'screenLight') presenter.light(stage.rgb, performance.now());
    },
    async start() {
      nextMs = performance.now();
    },
    async nextFrame() {
      const waitMs = nextMs - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const capturedAtMs = performance.now();
      nextMs = Math.max(nextMs + FRAME_EVERY_MS, capturedAtMs);
      return { jpeg: await encodeJpeg(presenter.frameAt(capturedAtMs), 85), capturedAtMs };
    },
    stop: () => {},
  };
}

describe.skipIf(!ready)(`the booth${ready ? '' : ' (left out: run script/setup, the face networks are not there)'}`, () => {
  const state = createSpecimenState({ seed: 'booth', nowMs });
  const trustAnchors: TrustAnchors = { specimen: true, cscaCertificates: state.trustAnchors.cscaCertificates.map(base64), crls: state.trustAnchors.crls.map(base64) };
  const mesh = loadCanonicalMesh();
  const anna = createCitizen({ seed: castSeeds[0]!, mesh });
  const bela = createCitizen({ seed: castSeeds[1]!, mesh });
  let pool: BoothPool;
  let operator: CryptoKeyPair;

  beforeAll(async () => {
    operator = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    pool = await createBoothPool({ chipCells: { ready: 1, most: 3 }, faceCells: { ready: 1, most: 2 }, modelsDir, cellErrors: 'inherit' });
  });
  afterAll(() => pool?.close());

  const inJpeg = () => encodeJpeg(anna.renderPortrait(), 90);
  async function mint(portrait: Uint8Array) {
    return state.mintPassport({ portrait, familyName: 'SPECIMEN', givenNames: 'ANNA', dateOfBirth: '1990-01-01', dateOfExpiry: '2033-01-01', sex: 'female', access: 'paceAndBac', authentication: 'both' });
  }

  async function enrolBefore(presenter: Presenter, o: { readonly access?: AccessKey; readonly again?: boolean; readonly tamper?: (passport: Passport) => Passport; readonly booths?: BoothPool; readonly stalls?: 'chip' | 'camera'; readonly portrait?: Uint8Array; readonly profile?: 'standard' | 'withoutLight' } = {}) {
    const minted = await mint(o.portrait ?? (await inJpeg()));
    const passport = o.tamper?.(minted) ?? minted;
    const chip = createChip(passport);
    const relay: ChipRelay = {
      async transmit({ batch, commands }) {
        if (o.stalls === 'chip' && batch === 2) await booth!.ended;
        if (batch === 0) chip.powerOn();
        const { answers, ended } = transmitBatch(chip, commands.map(({ apdu, accept }) => ({ apdu: fromHex(apdu), accept })));
        return { batch, answers: answers.map(toHex), ended };
      },
    };
    const publicJwk = async (key: CryptoKey) => {
      const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key);
      return p256PublicJwk.parse({ kty, crv, x, y });
    };
    const operatorKey = await publicJwk(operator.publicKey);
    const [enrolmentId, consentId] = [newId(), newId()];
    const log = new SmallLog();
    let booth: Booth | undefined;
    let claims: VerdictClaims | undefined;
    let clientKeyThumbprint = '';
    const events: string[] = [];
    const stages: (EnrolmentStage & { readonly atMs: number })[] = [];
    const camera = cameraBefore(presenter);
    if (o.stalls === 'camera') camera.nextFrame = async () => void (await booth!.ended);
    const result = await enrol({
      server: {
        origin: 'https://id.test',
        openSocket: () => socketTo(booth!),
        async fetch(url, init) {
          const body: unknown = JSON.parse(init.body as string);
          if (url.endsWith('/enrolments')) {
            clientKeyThumbprint = await calculateJwkThumbprint((body as CreateEnrolment).clientKey, 'sha256');
            const opened = await (o.booths ?? pool).open({ enrolmentId, clientKeyThumbprint, consentId, trustAnchors, onEvent: ({ event }) => events.push(event), documentStatus: async () => 'notReported' });
            if (!opened.ok) throw new Error(opened.fault.code);
            booth = opened.value;
            const iat = Math.floor(Date.now() / 1000);
            const boothCertificate = await signBoothCertificate({ enrolmentId, ...booth.keys, clientKeyThumbprint, iat, exp: iat + 600 }, operator.privateKey);
            return Response.json({ enrolmentId, boothCertificate, boothLogged: await log.openBooth(booth.keys, Date.now()), limits: { chipSessions: 3, scripts: 2, lifetimeMs: 300_000 } }, { status: 201 });
          }
          if (url.endsWith('/passkey-options')) return Response.json({});
          if (url.endsWith('/withdraw')) return new Response(null, { status: 204 });
          if (url.endsWith('/receipt')) return Response.json({ fault: { code: 'RECEIPT_UNAVAILABLE', stage: 'booth', retry: 'never', meaning: 'm', nextStep: 'n' } }, { status: 410 });
          claims = decodeJwt<VerdictClaims>((body as BindIdentity).verdict);
          const verdict = await verifyVerdict(body as BindIdentity, { operatorKey, enrolmentId, clientKeyThumbprint, consentId, atMs: Date.now() });
          if (!verdict.ok) throw new Error(verdict.fault.code);
          return Response.json({ person: verdict.value.person, levelOfAssurance: verdict.value.levelOfAssurance, createdAt: new Date().toISOString() }, { status: 201 });
        },
      },
      chip: relay,
      camera,
      profile: () => o.profile ?? 'standard',
      passkeys: { create: async () => ({}), get: async () => ({}) },
      access: o.access ?? passport.access,
      consent: { faceProcessing: true, identityCreation: true, textVersion: 'v1', language: 'en' },
      operatorKey,
      logKey: log.key.verifierKey,
      clock: Date.now,
      onProgress: (progress) => {
        stages.push(progress);
        camera.onStage(progress);
      },
      onStepFailed: async () => (o.again === true ? 'again' : 'stop'),
    });
    return { result, end: await booth!.ended, events, stages, claims: () => claims };
  }

  it('stands behind its walls', () => {
    const walls = pool.walls();
    if (findBubblewrap() === undefined) expect(walls.kind).toBe('permissionModel');
    else expect([walls.kind, missingWalls({ ...walls, noSwap: true })]).toEqual(['bubblewrap', []]);
  });

  it('accepts the citizen whose passport it is', async () => {
    const cellsBefore = descendants(process.pid).filter(isCell);
    const { result, end, stages } = await enrolBefore(createActor({ citizen: anna, seed: 1 }));
    // One chip cell and one face cell waited; both served, and both are gone.
    if (process.platform === 'linux') expect([cellsBefore.length > 0, descendants(process.pid).filter((pid) => cellsBefore.includes(pid))]).toEqual([true, []]);
    expect(result, JSON.stringify([end, stages])).toMatchObject({ ok: true, value: { identity: { levelOfAssurance: 'eidas2', person: { familyName: 'SPECIMEN', givenNames: 'ANNA' } } } });
    expect(end).toEqual<BoothEnd>({ outcome: 'accept', codes: [] });
  });

  it('accepts them with a portrait in JPEG 2000 too: the decoder is found and run behind the walls', async () => {
    const portrait = await encodeJpeg2000(anna.renderPortrait(), { fitWithin: 400 });
    const { result, end, stages } = await enrolBefore(createActor({ citizen: anna, seed: 5 }), { portrait });
    expect(end, JSON.stringify(stages)).toEqual<BoothEnd>({ outcome: 'accept', codes: [] });
    expect(result.ok).toBe(true);
  });

  it('refuses another person before such a portrait: FACE_COMPARISON_BELOW_THRESHOLD', async () => {
    const portrait = await encodeJpeg2000(anna.renderPortrait(), { fitWithin: 400 });
    const { result, stages } = await enrolBefore(createActor({ citizen: bela, seed: 6 }), { portrait });
    expect(result.ok ? 'ok' : result.fault.code, JSON.stringify(stages)).toBe('FACE_COMPARISON_BELOW_THRESHOLD');
  });

  it('opens no portrait that says it has 4 000 million pixels: FACE_PORTRAIT_TOO_LARGE, and nobody waits for it', async () => {
    const portrait = await encodeJpeg2000(anna.renderPortrait(), { fitWithin: 400, bare: true });
    new DataView(portrait.buffer, portrait.byteOffset).setUint32(8, 65_000);
    new DataView(portrait.buffer, portrait.byteOffset).setUint32(12, 65_000);
    const { result, end, stages } = await enrolBefore(createActor({ citizen: anna, seed: 7 }), { portrait });
    expect(result.ok ? [] : result.fault.reasons.map(({ code }) => code), JSON.stringify([end, stages])).toContain('FACE_PORTRAIT_TOO_LARGE');
  });

  it('holds the largest portrait that it decodes: FACE_PORTRAIT_UNUSABLE where no face is in it, and no cell dies', async () => {
    const portrait = await encodeJpeg2000({ width: 2000, height: 2000, data: new Uint8Array(2000 * 2000 * 3).fill(128) }, { fitWithin: 2000, bare: true });
    const { result, end, stages } = await enrolBefore(createActor({ citizen: anna, seed: 8 }), { portrait });
    expect(result.ok ? [] : result.fault.reasons.map(({ code }) => code), JSON.stringify([end, stages])).toContain('FACE_PORTRAIT_UNUSABLE');
  });

  it('refuses another person with the same passport: FACE_COMPARISON_BELOW_THRESHOLD', async () => {
    const { result, stages } = await enrolBefore(createActor({ citizen: bela, seed: 2 }));
    expect(result.ok ? 'ok' : result.fault.code, JSON.stringify(stages)).toBe('FACE_COMPARISON_BELOW_THRESHOLD');
  });

  it('reads no chip with a wrong key, three times: rejected, and no face cell was asked for', async () => {
    const { result, end, stages } = await enrolBefore(createActor({ citizen: anna, seed: 3 }), { access: { kind: 'mrz', documentNumber: 'XX0000000', dateOfBirth: '900101', dateOfExpiry: '330101' }, again: true });
    expect(result.ok ? [] : result.fault.reasons.map(({ code }) => code)).toEqual(['CHIP_ACCESS_DENIED', 'DECISION_CHIP_SESSIONS_EXHAUSTED']);
    expect(end.outcome).toBe('reject');
    expect(stages.map(({ stage }) => stage)).not.toContain('cameraStarted');
  });

  it.each([
    ['advertised but refused', paceRefused],
    ['withheld', cardAccessRemoved],
  ])('PACE %s: referred as the policy says, CHIP_ACCESS_DOWNGRADED, and no camera starts', async (_what, tamper) => {
    const { result, end, stages, events } = await enrolBefore(createActor({ citizen: anna, seed: 4 }), { tamper });
    expect(result.ok ? [] : result.fault.reasons.map(({ code }) => code)).toEqual(['CHIP_ACCESS_DOWNGRADED']);
    expect(end).toEqual<BoothEnd>({ outcome: 'refer', codes: ['CHIP_ACCESS_DOWNGRADED'] });
    expect(stages.map(({ stage }) => stage)).not.toContain('documentAccepted');
    expect(events).not.toContain('capture.started');
  });

  describe('with an operator’s face folder', () => {
    let root: string;
    let faceFolder: string;
    /** Cells run as nobody: what they read has to be everybody's to read. */
    const folderForCells = async (prefix: string): Promise<string> => {
      const folder = await mkdtemp(path.join(root, prefix));
      await chmod(folder, 0o755);
      return folder;
    };
    const sizes = { chipCells: { ready: 1, most: 2 }, faceCells: { ready: 1, most: 1 }, modelsDir };

    beforeAll(async () => {
      root = await mkdtemp(path.join(tmpdir(), 'visavis-operators-face-'));
      faceFolder = await folderForCells('folder-');
      expect(await makeOperatorsFace({ folder: faceFolder, modelsDir, workDir: root })).toBe(0);
    }, 240_000);
    afterAll(() => rm(root, { recursive: true }));

    it('makes verdicts by those networks under that policy: the citizen is accepted, and refused as FACE_ATTACK_SUSPECTED when they are shown on a screen', { timeout: 240_000 }, async () => {
      const booths = await createBoothPool({ ...sizes, faceFolder, cellErrors: 'inherit' });
      try {
        if (findBubblewrap() !== undefined) expect(missingWalls({ ...booths.walls(), noSwap: true })).toEqual([]);
        const honest = await enrolBefore(createActor({ citizen: anna, seed: 1 }), { booths });
        expect(honest.end, JSON.stringify(honest.stages)).toEqual<BoothEnd>({ outcome: 'accept', codes: [] });
        const { policyVersion, checks } = honest.claims()!;
        expect(policyVersion).toMatch(new RegExp(`\\+${VERSION}$`));
        expect(checks.find(({ check }) => check === 'passivePad')).toEqual({ check: 'passivePad', status: 'pass' });

        const actor = createActor({ citizen: anna, seed: 2 });
        const onScreen: Presenter = { prompt: (action, atMs) => actor.prompt(action, atMs), light: (rgb, atMs) => actor.light(rgb, atMs), frameAt: (atMs) => fromScreen(actor.frameAt(atMs)) };
        const attack = await enrolBefore(onScreen, { booths, profile: 'withoutLight' });
        expect(attack.result.ok ? 'ok' : attack.result.fault.code, JSON.stringify(attack.stages)).toBe('FACE_ATTACK_SUSPECTED');
      } finally {
        await booths.close();
      }
    });

    it('and without one every verdict says that no passive attack detection ran', async () => {
      const { claims, end, stages } = await enrolBefore(createActor({ citizen: anna, seed: 1 }));
      expect(end, JSON.stringify(stages)).toEqual<BoothEnd>({ outcome: 'accept', codes: [] });
      expect(claims()!.checks.find(({ check }) => check === 'passivePad')).toEqual({ check: 'passivePad', status: 'notRun', reason: 'noNetwork' });
    });

    it('does not open where the folder lacks something, naming the code: what the parent sees, and what only a cell can', { timeout: 120_000 }, async () => {
      const opened = async (change: (copy: string) => Promise<unknown>): Promise<unknown> => {
        const copy = await folderForCells('copy-');
        await cp(faceFolder, copy, { recursive: true });
        await change(copy);
        return createBoothPool({ ...sizes, faceFolder: copy }).then(
          async (booths) => {
            await booths.close();
            return 'open';
          },
          (refused: Error) => refused.message.split(':')[0],
        );
      };
      expect(await opened(async () => undefined)).toBe('open');
      expect(await opened((copy) => rm(path.join(copy, 'recognition-evidence.json')))).toBe('FACE_EMBEDDER_UNCALIBRATED');
      expect(await opened((copy) => rm(path.join(copy, 'passive-pad-evidence.json')))).toBe('FACE_PAD_UNMEASURED');
      expect(await opened((copy) => writeFile(path.join(copy, 'faceres.onnx'), 'another'))).toBe('FACE_EMBEDDER_FILE_ALTERED');
      expect(await opened((copy) => writeFile(path.join(copy, 'blue.onnx'), 'another'))).toBe('FACE_PAD_FILE_ALTERED');
    });

    it('is what the public log is told of', async () => {
      expect((await policiesInForce(faceFolder)).find(({ policy }) => policy === 'face')).toMatchObject({ version: VERSION });
      await expect(policiesInForce(root)).rejects.toThrow(/^FACE_POLICY_INVALID/);
    });
  });

  describe.skipIf(process.platform !== 'linux')('when something breaks', () => {
    const request = { enrolmentId: newId(), clientKeyThumbprint: 'A'.repeat(43), consentId: newId(), trustAnchors, onEvent: () => {}, documentStatus: async () => 'notReported' as const };

    it('a cell that dies voids the attempt: BOOTH_CELL_DIED, and nothing of it is left', async () => {
      const opened = await pool.open(request);
      if (!opened.ok) throw new Error(opened.fault.code);
      const cells = descendants(process.pid).filter(isChipCell);
      expect(cells.length).toBeGreaterThan(0);
      // One dies with another: its walls.
      for (const pid of cells) if (isChipCell(pid)) killIfThere(pid);
      expect(await opened.value.ended).toEqual<BoothEnd>({ outcome: 'failed', codes: ['BOOTH_CELL_DIED'] });
      // Cells that waited were killed with it, and end when they end.
      await vi.waitFor(() => expect(descendants(process.pid).filter((pid) => cells.includes(pid))).toEqual([]), { timeout: 30_000, interval: 20 });
    });

    it('what no device sends ends the channel: BOOTH_HELLO_INVALID', async () => {
      const opened = await pool.open(request);
      if (!opened.ok) throw new Error(opened.fault.code);
      void opened.value.receive('{}');
      expect(await opened.value.ended).toEqual<BoothEnd>({ outcome: 'failed', codes: ['BOOTH_HELLO_INVALID'] });
    });

    it('a trust store that does not open gives no booth: BOOTH_TRUST_ANCHORS_INVALID', async () => {
      const opened = await pool.open({ ...request, trustAnchors: { specimen: true, cscaCertificates: [base64(new Uint8Array([1, 2, 3]))], crls: [] } });
      expect(opened.ok ? 'ok' : opened.fault.code).toBe('BOOTH_TRUST_ANCHORS_INVALID');
    });

    it('as many anchors as a real master list holds do not stop it', async () => {
      const cscaCertificates = Array.from({ length: 900 }, () => trustAnchors.cscaCertificates[0]!);
      expect(cscaCertificates.join('').length).toBeGreaterThan(400 * 1024);
      const opened = await pool.open({ ...request, trustAnchors: { ...trustAnchors, cscaCertificates } });
      if (!opened.ok) throw new Error(opened.fault.code);
      await opened.value.close('BOOTH_SHUT_DOWN');
    });

    it('more than any list of anchors, a message too long: each by its code', async () => {
      const huge = base64(new Uint8Array(17 * 1024 * 1024));
      const refused = await pool.open({ ...request, trustAnchors: { ...trustAnchors, cscaCertificates: [huge] } });
      expect(refused.ok ? 'ok' : refused.fault.code).toBe('BOOTH_TRUST_ANCHORS_INVALID');
      const opened = await pool.open(request);
      if (!opened.ok) throw new Error(opened.fault.code);
      void opened.value.receive(new Uint8Array(513 * 1024));
      expect(await opened.value.ended).toEqual<BoothEnd>({ outcome: 'failed', codes: ['BOOTH_TOO_MUCH_SENT'] });
    });

    it('a hundred thousand messages at once: BOOTH_TOO_MUCH_SENT, and the next citizen gets a room', async () => {
      const opened = await pool.open(request);
      if (!opened.ok) throw new Error(opened.fault.code);
      for (let i = 0; i < 100_000; i++) void opened.value.receive(new Uint8Array(1));
      expect(await opened.value.ended).toEqual<BoothEnd>({ outcome: 'failed', codes: ['BOOTH_TOO_MUCH_SENT'] });
      const next = await pool.open(request);
      if (!next.ok) throw new Error(next.fault.code);
      await next.value.close('BOOTH_SHUT_DOWN');
    });

    it('strangers without a passport who come again and again never hold a face cell, nor more rooms than there are: BOOTH_NONE_FREE', async () => {
      const faceRooms = pool.rooms().faceRooms;
      let [opened, refused, mostInUse] = [0, 0, 0];
      for (let i = 0; i < 4; i++) {
        const knocks = await Promise.all(Array.from({ length: 6 }, () => pool.open(request)));
        await Promise.all(knocks.map(async (knock) => {
          if (!knock.ok) {
            expect(knock.fault.code).toBe('BOOTH_NONE_FREE');
            refused += 1;
            return;
          }
          opened += 1;
          // One says what is no hello, one connects and goes away, one never connects at all.
          if (opened % 3 === 0) await knock.value.receive('{}');
          else await knock.value.close('BOOTH_SHUT_DOWN');
          await knock.value.ended;
        }));
        mostInUse = Math.max(mostInUse, pool.rooms().faceRooms.inUse);
      }
      expect([opened, refused, mostInUse, pool.rooms().faceRooms]).toEqual([12, 12, 0, faceRooms]);
    });

    it('a server that is killed takes every cell with it', async () => {
      const holder = spawn(process.execPath, [fileURLToPath(new URL('pool/hold-pool.fixture.ts', import.meta.url)), modelsDir], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve) => {
        holder.stdout.once('data', resolve);
      });
      const cells = descendants(holder.pid!).filter(isCell);
      expect(cells.length).toBeGreaterThan(1);
      holder.kill('SIGKILL');
      await vi.waitFor(() => expect(cells.filter(isCell)).toEqual([]), { timeout: 30_000, interval: 50 });
    });

    it.each(['chip', 'camera'] as const)('a device that falls silent at the %s until the room is gone: BOOTH_TIME_OUT', async (stalls) => {
      const booths = await createBoothPool({ chipCells: { ready: 1, most: 1 }, faceCells: { ready: 1, most: 1 }, modelsDir, lifetimeMs: 15_000 });
      const { result, end, stages } = await enrolBefore(createActor({ citizen: anna, seed: 5 }), { booths, stalls });
      await booths.close();
      expect(stages.some(({ stage }) => stage === 'cameraStarted')).toBe(stalls === 'camera');
      expect(end).toEqual<BoothEnd>({ outcome: 'failed', codes: ['BOOTH_TIME_OUT'] });
      expect(result.ok).toBe(false);
    });

    it('its time is bounded from outside: BOOTH_TIME_OUT', async () => {
      const short = await createBoothPool({ chipCells: { ready: 1, most: 1 }, faceCells: { ready: 1, most: 1 }, modelsDir, lifetimeMs: 3000 });
      const opened = await short.open(request);
      if (!opened.ok) throw new Error(opened.fault.code);
      expect(await opened.value.ended).toEqual<BoothEnd>({ outcome: 'failed', codes: ['BOOTH_TIME_OUT'] });
      await short.close();
    });
  });
});

const isCell = (pid: number): boolean => runs(pid, 'chip-cell.mjs') || runs(pid, 'face-cell.mjs');
const isChipCell = (pid: number): boolean => runs(pid, 'chip-cell.mjs');

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (refusal) {
    if ((refusal as NodeJS.ErrnoException).code !== 'ESRCH') throw refusal;
  }
}

/** A dead process that its parent has not seen yet has no command line any more. */
function runs(pid: number, program: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program);
  } catch {
    return false;
  }
}

/** Every process below this one. */
function descendants(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' '))
      .filter((child) => child !== '')
      .flatMap((child) => [Number(child), ...descendants(Number(child))]);
  } catch {
    return [];
  }
}
