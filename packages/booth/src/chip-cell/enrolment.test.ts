import { type AccessKey, type Camera, type ChipRelay, clientFaults, enrol, type EnrolmentProgress, type NextTry, type SocketLike } from '@visavis/client';
import { type BindIdentity, boothCertificateFaults, type ChallengeProfile, challengeProfile, type CreateEnrolment, type EnrolmentCreated, type FromChipCell, type FromFaceCell, p256PublicJwk, signBoothCertificate, type ToFaceCell, verifyVerdict } from '@visavis/contract';
import { type CheckOutcome, defineFaults, err, failed, fromHex, notRun, ok, passed, type PublicFault, toBase64Url, utf8 } from '@visavis/kernel';
import { calculateJwkThumbprint, decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { SmallLog } from '../../../../test/support/small-log.ts';
import { hpkeSuite } from '../channel/suite.ts';
import { decisionPolicy } from '../decision/decision-policy.ts';
import { boothFaults } from '../faults.ts';
import { Enrolment, type Rooms } from './enrolment.ts';

/**
 * The real client against the real enrolment, with made-up rooms on both sides of it: no process, no chip, no face.
 * The rooms' own work is tested in the rooms; here it is what the booth makes of their reports.
 */
const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const ENROLMENT = 'AAAAAAAAAAAAAAAAAAAAAA';
const CONSENT = 'CCCCCCCCCCCCCCCCCCCCCA';
const words = { meaning: 'Made up.', nextStep: 'Made up.' };
const roomFaults = defineFaults({
  CHIP_ACCESS_DENIED: { stage: 'chip', retry: 'user', ...words },
  CHIP_TAG_LOST: { stage: 'chip', retry: 'user', ...words },
  CHIP_ACCESS_DOWNGRADED: { stage: 'chip', retry: 'agent', ...words },
  PA_DG_HASH_MISMATCH: { stage: 'authenticity', retry: 'agent', ...words },
  FACE_COMPARISON_BELOW_THRESHOLD: { stage: 'face', retry: 'user', ...words },
  FACE_PORTRAIT_UNUSABLE: { stage: 'face', retry: 'agent', ...words },
  FACE_LIGHT_NOT_SEEN: { stage: 'face', retry: 'user', ...words },
  FACE_FRAME_CHAIN_BROKEN: { stage: 'face', retry: 'now', ...words },
});
type RoomCode = keyof typeof roomFaults.entries;

interface World {
  /** Access keys the chip opens to. */
  readonly opensTo: string;
  readonly authenticityFault?: RoomCode;
  readonly downgraded: boolean;
  readonly dateOfBirth: string;
  readonly dateOfExpiry: string;
  readonly status: 'notReported' | 'lostOrStolen' | 'holderDeceased' | 'unavailable' | 'triesExhausted';
  readonly noFaceCell: boolean;
  /** Places told while waiting for a face cell. */
  readonly facePlaces: readonly number[];
  readonly portrait: CheckOutcome;
  /** What each script's report fails by; `undefined` passes. */
  readonly scripts: readonly (CheckOutcome | undefined)[];
  /** A face cell gone bad: what it says to each message, in place of the honest answers. */
  readonly lies?: (message: ToFaceCell['type']) => readonly FromFaceCell[];
}
const honest: World = { opensTo: 'L898902C3', downgraded: false, dateOfBirth: '1990-01-01', dateOfExpiry: '2034-01-01', status: 'notReported', noFaceCell: false, facePlaces: [], portrait: passed('portrait'), scripts: [undefined] };
const access = (documentNumber: string): AccessKey => ({ kind: 'mrz', documentNumber, dateOfBirth: '900101', dateOfExpiry: '300101' });

function roomsOf(world: World, drawnFor: ChallengeProfile[]): Rooms {
  return {
    openTrustStore: () => ok({} as never),
    *readDocument({ access: key }) {
      const number = key.kind === 'mrz' ? key.documentNumber : key.can;
      const answers = yield { step: 'access', commands: [{ apdu: utf8(number), accept: ['9000'] }] };
      if (answers.ended === 'tagLost') return err(roomFaults.fault('CHIP_TAG_LOST'));
      if (answers.ended === 'statusMismatch') return err(roomFaults.fault('CHIP_ACCESS_DENIED'));
      yield { step: 'reading', commands: [{ apdu: utf8(number), accept: ['9000'] }] };
      return ok({} as never);
    },
    verifyAuthenticity: () => ({
      checks: [passed('passiveAuthentication'), notRun('activeAuthentication', 'not offered')],
      result:
        world.authenticityFault === undefined
          ? ok({
              chipProof: 'chipAuthentication',
              accessProtocol: 'pace',
              downgraded: world.downgraded,
              person: { familyName: 'SPECIMEN', givenNames: 'ANNA', dateOfBirth: world.dateOfBirth, sex: 'female', nationality: 'UTO' },
              document: { type: 'passport', issuingState: 'UTO', documentNumber: 'L898902C3', dateOfExpiry: world.dateOfExpiry },
              portrait: { mediaType: 'image/jpeg', bytes: new Uint8Array([1, 2, 3]) },
            } as never)
          : err(roomFaults.fault(world.authenticityFault) as never),
    }),
    drawScript: (_random, profile) => {
      drawnFor.push(profile);
      return [
        { action: 'lookAhead', timeoutMs: 5000, pauseMs: 0 },
        { action: 'smile', timeoutMs: 5000, pauseMs: 0 },
      ];
    },
    returnTimeoutMs: 6000,
    facePolicyVersion: 'face-made-up',
    decisionPolicy,
    faceFaults: roomFaults,
    catalogues: [boothFaults, roomFaults],
  };
}

/** Two ends of a WebSocket in one process. */
function fakeSocket(): { readonly socket: SocketLike; readonly fromDevice: (take: (data: Uint8Array | string) => void) => void; readonly toDevice: (data: Uint8Array) => void; readonly cut: (reason?: string) => void } {
  const listeners: Record<string, ((event: never) => void)[]> = {};
  const emit = (type: string, event: object) => setTimeout(() => listeners[type]?.forEach((listener) => listener(event as never)), 0);
  let take: (data: Uint8Array | string) => void = () => {};
  let closed = false;
  const cut = (reason = '') => {
    if (!closed) emit('close', { reason });
    closed = true;
  };
  return {
    socket: {
      binaryType: 'blob',
      bufferedAmount: 0,
      send: (data) => void (closed || take(data)),
      close: () => cut(),
      addEventListener(type: string, listener: (event: never) => void) {
        (listeners[type] ??= []).push(listener);
        if (type === 'open') emit('open', {});
      },
    },
    fromDevice: (next) => {
      take = next;
    },
    toDevice: (data) => void (closed || emit('message', { data: Uint8Array.from(data).buffer })),
    cut,
  };
}

interface Run {
  readonly world?: Partial<World>;
  readonly access?: AccessKey;
  readonly next?: (fault: PublicFault) => NextTry;
  readonly cameraDenied?: boolean;
  readonly answersAnotherBatch?: true;
  readonly tagLost?: number;
  readonly onProgress?: (progress: EnrolmentProgress, world: { readonly cut: (reason?: string) => void; readonly abort: () => void; readonly send: (data: string) => void }) => void;
  readonly foreignOperator?: boolean;
  /** What the citizen chose at each try. */
  readonly profiles?: readonly ChallengeProfile[];
}

async function run(o: Run = {}) {
  const world: World = { ...honest, ...o.world };
  const operator = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const foreign = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const publicJwk = async (key: CryptoKey) => {
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key);
    return p256PublicJwk.parse({ kty, crv, x, y });
  };
  const operatorKey = await publicJwk(operator.publicKey);
  const wire = fakeSocket();
  const abort = new AbortController();
  const stages: string[] = [];
  const ended: Extract<FromChipCell, { type: 'ended' }>[] = [];
  const events: string[] = [];
  const portraitsSent: Uint8Array[] = [];
  const forwarded: { readonly message: ToFaceCell; readonly tail: Uint8Array }[] = [];
  const log = new SmallLog();
  let deviceSent = 0;
  let clientKeyThumbprint = '';
  let chipBatches = 0;
  let script = -1;
  let tries = 0;
  const drawnFor: ChallengeProfile[] = [];
  const toldParent: FromChipCell[] = [];
  let verdictClaims: object = {};

  const server = {
    origin: 'https://id.test',
    openSocket: () => wire.socket,
    async fetch(url: string, init: RequestInit): Promise<Response> {
      const body: unknown = JSON.parse(init.body as string);
      const path = new URL(url).pathname;
      if (path === '/api/enrolments') {
        clientKeyThumbprint = await calculateJwkThumbprint((body as CreateEnrolment).clientKey, 'sha256');
        return Response.json({ enrolmentId: ENROLMENT, ...(await startBooth()), limits: { chipSessions: 3, scripts: 2, lifetimeMs: 300_000 } }, { status: 201 });
      }
      if (path.endsWith('/passkey-options')) return Response.json({ challenge: 'made-up' });
      if (path.endsWith('/withdraw')) return new Response(null, { status: 204 });
      if (path.endsWith('/receipt')) return Response.json({ fault: { code: 'RECEIPT_UNAVAILABLE', stage: 'booth', retry: 'never', meaning: 'm', nextStep: 'n' } }, { status: 410 });
      verdictClaims = decodeJwt((body as BindIdentity).verdict);
      const verdict = await verifyVerdict(body as BindIdentity, { operatorKey, enrolmentId: ENROLMENT, clientKeyThumbprint, consentId: CONSENT, atMs: NOW_MS });
      if (!verdict.ok) throw new Error(verdict.fault.code);
      return Response.json({ person: verdict.value.person, levelOfAssurance: verdict.value.levelOfAssurance, createdAt: new Date(NOW_MS).toISOString() }, { status: 201 });
    },
  };

  async function startBooth(): Promise<Pick<EnrolmentCreated, 'boothCertificate' | 'boothLogged'>> {
    const channelKeys = await hpkeSuite.kem.generateKeyPair();
    const channelKey = new Uint8Array(await hpkeSuite.kem.serializePublicKey(channelKeys.publicKey));
    const verdictKeys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    let turn = Promise.resolve();
    const inTurn = (act: () => Promise<void>) => void (turn = turn.then(act));
    const faceSays = (message: FromFaceCell) => inTurn(() => enrolment.onFaceCell(message));
    const enrolment: Enrolment = new Enrolment(
      { start: { type: 'start', enrolmentId: ENROLMENT, clientKeyThumbprint, consentId: CONSENT, trustAnchors: { cscaCertificateBytes: [], crlBytes: [] }, limits: { chipSessions: 3, scripts: 2 } }, channelKeys, channelKey, verdictKey: verdictKeys.privateKey },
      {} as never,
      {
        tellParent(message, tail) {
          if (message.type !== 'client') toldParent.push(message);
          if (message.type === 'client') wire.toDevice(tail!);
          if (message.type === 'askDocumentStatus') inTurn(() => enrolment.onDocumentStatus(world.status));
          if (message.type === 'needFaceCell') for (const place of world.facePlaces) inTurn(() => enrolment.onFaceQueue(place, place * 1000));
          if (message.type === 'needFaceCell') inTurn(() => (world.noFaceCell ? enrolment.onNoFaceCell() : enrolment.onFaceCellGiven()));
          if (message.type === 'ended') ended.push(message);
          if (message.type === 'event') events.push(message.event);
        },
        tellFaceCell(message, tail) {
          forwarded.push({ message, tail: Uint8Array.from(tail ?? []) });
          if (message.type === 'portrait') portraitsSent.push(tail!);
          if (world.noFaceCell) return;
          if (world.lies !== undefined) return world.lies(message.type).forEach(faceSays);
          if (message.type === 'portrait') faceSays({ type: 'portraitReady', check: world.portrait });
          if (message.type === 'script') {
            script += 1;
            faceSays({ type: 'prompt', index: 0, count: 2, action: 'lookAhead', timeoutMs: 5000 });
          }
          if (message.type === 'frame' && message.index === 3) faceSays({ type: 'captureComplete' });
          if (message.type === 'endOfStream') {
            const outcome = world.scripts[script];
            const ofProfile = decisionPolicy.profileFaceChecks.map((check) => (drawnFor.at(-1) === 'withoutLight' ? notRun(check, 'notAsked') : passed(check)));
            faceSays({ type: 'report', policyVersion: 'face-made-up', checks: [...decisionPolicy.requiredFaceChecks.map(passed), ...ofProfile].map((said) => (outcome?.check === said.check ? outcome : said)) });
          }
        },
        after: () => {},
        clock: () => NOW_MS,
        random: (n) => new Uint8Array(n),
      },
      roomsOf(world, drawnFor),
    );
    wire.fromDevice((data) => {
      deviceSent += 1;
      inTurn(() => enrolment.onClient(typeof data === 'string' ? utf8(data) : data, typeof data === 'string'));
    });
    const iat = Math.floor(NOW_MS / 1000);
    const keys = { channelKey: toBase64Url(channelKey), verdictKey: await publicJwk(verdictKeys.publicKey) };
    const boothCertificate = await signBoothCertificate({ enrolmentId: ENROLMENT, ...keys, clientKeyThumbprint, iat, exp: iat + 600 }, o.foreignOperator === true ? foreign.privateKey : operator.privateKey);
    return { boothCertificate, boothLogged: await log.openBooth(keys, NOW_MS) };
  }

  const chip: ChipRelay = {
    async transmit(batch) {
      chipBatches += 1;
      if (chipBatches <= (o.tagLost ?? 0)) throw new Error('gone');
      const opens = new TextDecoder().decode(fromHex(batch.commands[0]!.apdu)) === world.opensTo;
      return { batch: batch.batch + (o.answersAnotherBatch === true ? 1 : 0), answers: [opens ? '9000' : '6300'], ended: opens ? 'complete' : 'statusMismatch' };
    },
  };
  let frames = 0;
  const camera: Camera = {
    start: async () => {
      frames = 0;
      if (o.cameraDenied === true) throw new Error('NotAllowedError');
    },
    nextFrame: async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      frames += 1;
      return { jpeg: new Uint8Array([0xff, 0xd8, frames]), capturedAtMs: frames * 70 };
    },
    stop: () => {},
  };
  const result = await enrol({
    server,
    chip,
    camera,
    passkeys: { create: async () => ({ id: 'made-up' }), get: async () => ({}) },
    access: o.access ?? access('L898902C3'),
    consent: { faceProcessing: true, identityCreation: true, textVersion: 'v1', language: 'en' },
    operatorKey,
    logKey: log.key.verifierKey,
    clock: () => NOW_MS,
    ...(o.profiles !== undefined && { profile: () => o.profiles![tries++]! }),
    onProgress: (progress) => {
      stages.push(progress.stage);
      o.onProgress?.(progress, { cut: wire.cut, abort: () => abort.abort(), send: (data) => wire.socket.send(data) });
    },
    onStepFailed: async (fault) => o.next?.(fault) ?? 'stop',
    signal: abort.signal,
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { result, stages, ended, events, portraitsSent, forwarded, deviceSent, drawnFor, toldParent, verdictClaims };
}

const codesOf = (outcome: Awaited<ReturnType<typeof run>>) => (outcome.result.ok ? ['ok'] : outcome.result.fault.reasons.map((reason) => reason.code));

describe('the honest enrolment', () => {
  it('goes from consent to an identity, and wipes what it held', async () => {
    const done = await run();
    expect(done.result).toMatchObject({ ok: true, value: { identity: { levelOfAssurance: 'eidas2', person: { familyName: 'SPECIMEN' } } } });
    expect(done.stages).toEqual(['created', 'channelOpen', 'chip', 'chip', 'documentAccepted', 'cameraStarted', 'prompt', 'captureComplete', 'verdict', 'passkey', 'bound', 'receipt']);
    expect(done.ended).toEqual([{ type: 'ended', outcome: 'accept', codes: [] }]);
    expect(done.portraitsSent).toEqual([new Uint8Array(3)]);
    expect(done.forwarded.filter(({ message }) => message.type === 'frame')[0]?.tail).toEqual(new Uint8Array([0xff, 0xd8, 1]));
  });

  it('tells each kind of data that came in, once, for the erasure receipt; and none that did not', async () => {
    const arrived = async (o: Run): Promise<readonly string[]> => (await run(o)).events.filter((event) => ['chip.started', 'document.arrived', 'portrait.handed', 'frame.arrived'].includes(event));
    expect(await arrived({})).toEqual(['chip.started', 'document.arrived', 'portrait.handed', 'frame.arrived']);
    expect(await arrived({ cameraDenied: true })).toEqual(['chip.started', 'document.arrived', 'portrait.handed']);
    expect(await arrived({ world: { dateOfExpiry: '2026-11-21' } })).toEqual(['chip.started', 'document.arrived']);
    expect(await arrived({ foreignOperator: true })).toEqual([]);
  });

  it('waits for a face cell, told each place, and starts no camera before', async () => {
    const done = await run({ world: { facePlaces: [2, 1] } });
    expect(codesOf(done)).toEqual(['ok']);
    expect(done.stages.slice(0, 8)).toEqual(['created', 'channelOpen', 'chip', 'chip', 'queued', 'queued', 'documentAccepted', 'cameraStarted']);
    const inVain = await run({ world: { facePlaces: [3], noFaceCell: true } });
    expect([codesOf(inVain), inVain.stages.includes('cameraStarted')]).toEqual([['BOOTH_FACE_ROOM_BUSY'], false]);
  });

  it('takes a corrected access key, a tag held still, a second script', async () => {
    expect(codesOf(await run({ access: access('WRONG'), next: () => ({ againWith: access('L898902C3') }) }))).toEqual(['ok']);
    expect(codesOf(await run({ tagLost: 2, next: () => 'again' }))).toEqual(['ok']);
    expect(codesOf(await run({ world: { scripts: [failed('comparison', 'FACE_COMPARISON_BELOW_THRESHOLD'), undefined] }, next: () => 'again' }))).toEqual(['ok']);
  });
});

describe('which movements a citizen can do', () => {
  it('goes to the one who draws and to the face cell, and may be another at the second try', async () => {
    const done = await run({ world: { scripts: [failed('comparison', 'FACE_COMPARISON_BELOW_THRESHOLD'), undefined] }, next: () => 'again', profiles: ['standard', 'withoutLight'] });
    expect([codesOf(done), done.drawnFor]).toEqual([['ok'], ['standard', 'withoutLight']]);
    expect(done.forwarded.flatMap(({ message }) => (message.type === 'script' ? [message.profile] : []))).toEqual(['standard', 'withoutLight']);
    expect((await run()).drawnFor).toEqual(['standard']);
  });

  it('leaves the booth in nothing: verdict, events and last words are the same for all', async () => {
    const outside = async (profile: ChallengeProfile): Promise<string> => {
      const { verdictClaims, toldParent } = await run({ profiles: [profile] });
      const { clientKeyThumbprint: _, ...claims } = verdictClaims as { readonly clientKeyThumbprint: string };
      return JSON.stringify([claims, toldParent.filter(({ type }) => type !== 'born')]);
    };
    const seen = await Promise.all(challengeProfile.options.map(outside));
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]).toContain('"outcome":"accept"');
    expect(seen.join()).not.toMatch(/profile|without|screenLight/i);
  });
});

describe('what bad input gets', () => {
  const table: readonly [string, Run, readonly string[], FromChipCell & { type: 'ended' } extends { outcome: infer Outcome } ? Outcome : never][] = [
    ['wrong MRZ, and stopping', { access: access('WRONG') }, ['CHIP_ACCESS_DENIED'], 'withdrawn'],
    ['wrong MRZ three times', { access: access('WRONG'), next: () => 'again' }, ['CHIP_ACCESS_DENIED', 'DECISION_CHIP_SESSIONS_EXHAUSTED'], 'reject'],
    ['tag lost three times', { tagLost: 3, next: () => 'again' }, ['CHIP_TAG_LOST', 'DECISION_CHIP_SESSIONS_EXHAUSTED'], 'reject'],
    ['an altered data group: no second try', { world: { authenticityFault: 'PA_DG_HASH_MISMATCH' }, next: () => 'again' }, ['PA_DG_HASH_MISMATCH'], 'refer'],
    ['an expired document', { world: { dateOfExpiry: '2026-11-21' } }, ['DECISION_DOCUMENT_EXPIRED'], 'reject'],
    ['a minor', { world: { dateOfBirth: '2008-11-23' } }, ['DECISION_UNDER_AGE'], 'reject'],
    ['a document whose holder was reported dead', { world: { status: 'holderDeceased' } }, ['DECISION_HOLDER_DECEASED'], 'refer'],
    ['a document reported stolen', { world: { status: 'lostOrStolen' } }, ['DECISION_DOCUMENT_REPORTED'], 'refer'],
    ['a document tried too often in a day', { world: { status: 'triesExhausted' } }, ['DECISION_DOCUMENT_TRIES_EXHAUSTED'], 'refer'],
    ['a chip that was opened the weaker way', { world: { downgraded: true } }, ['CHIP_ACCESS_DOWNGRADED'], 'refer'],
    ['a register that does not answer', { world: { status: 'unavailable' } }, ['DECISION_DOCUMENT_STATUS_UNAVAILABLE'], 'refer'],
    ['a portrait that cannot be compared with', { world: { portrait: failed('portrait', 'FACE_PORTRAIT_UNUSABLE') } }, ['FACE_PORTRAIT_UNUSABLE'], 'refer'],
    ['another face twice', { world: { scripts: [failed('comparison', 'FACE_COMPARISON_BELOW_THRESHOLD'), failed('comparison', 'FACE_COMPARISON_BELOW_THRESHOLD')] }, next: () => 'again' }, ['FACE_COMPARISON_BELOW_THRESHOLD', 'DECISION_SCRIPTS_EXHAUSTED'], 'reject'],
    ['another face, and a portrait that may be old', { world: { dateOfExpiry: '2030-01-01', scripts: [failed('comparison', 'FACE_COMPARISON_BELOW_THRESHOLD')] } }, ['DECISION_PORTRAIT_MAY_BE_OLD'], 'refer'],
    ['a light that was asked for and not seen, twice', { world: { scripts: [failed('screenLight', 'FACE_LIGHT_NOT_SEEN'), failed('screenLight', 'FACE_LIGHT_NOT_SEEN')] }, next: () => 'again' }, ['FACE_LIGHT_NOT_SEEN', 'DECISION_SCRIPTS_EXHAUSTED'], 'reject'],
    ['a face check that was not run', { world: { scripts: [notRun('comparison', 'made up')] } }, ['DECISION_CHECK_NOT_RUN'], 'refer'],
    ['a refusal no catalogue knows', { world: { scripts: [failed('comparison', 'NOT_OURS')] } }, ['DECISION_POLICY_MISMATCH'], 'reject'],
    ['no face cell free', { world: { noFaceCell: true } }, ['BOOTH_FACE_ROOM_BUSY'], 'failed'],
    ['camera denied', { cameraDenied: true }, ['CAMERA_DENIED'], 'withdrawn'],
    ['withdrawn in the middle', { onProgress: ({ stage }, { abort }) => void (stage === 'prompt' && abort()) }, ['ENROLMENT_WITHDRAWN'], 'withdrawn'],
    ['the answers of a batch that was not asked', { answersAnotherBatch: true }, ['BOOTH_MESSAGE_UNEXPECTED'], 'failed'],
    ['something else than sealed messages', { onProgress: ({ stage }, { send }) => void (stage === 'prompt' && send('{}')) }, ['BOOTH_CHANNEL_MALFORMED'], 'failed'],
  ];
  it.each(table)('%s', async (_name, how, codes, outcome) => {
    const done = await run(how);
    expect(codesOf(done)).toEqual(codes);
    expect(done.ended.map((end) => end.outcome)).toEqual([outcome]);
    expect(done.portraitsSent.every((portrait) => portrait.every((byte) => byte === 0))).toBe(true);
    expect(done.stages).not.toContain('passkey');
  });

  it('a downgraded chip: no portrait leaves, no camera starts', async () => {
    const done = await run({ world: { downgraded: true } });
    expect(done.forwarded).toEqual([]);
    expect(done.stages).not.toContain('documentAccepted');
  });

  it('a network cut in the middle: NETWORK_CUT; a booth that died: BOOTH_LOST', async () => {
    expect(codesOf(await run({ onProgress: ({ stage }, { cut }) => void (stage === 'prompt' && cut()) }))).toEqual([clientFaults.fault('NETWORK_CUT').code]);
    expect(codesOf(await run({ onProgress: ({ stage }, { cut }) => void (stage === 'prompt' && cut('BOOTH_CELL_DIED')) }))).toEqual([clientFaults.fault('BOOTH_LOST').code]);
  });

  it('a booth that another operator certified gets nothing at all', async () => {
    const done = await run({ foreignOperator: true });
    expect(codesOf(done)).toEqual([boothCertificateFaults.fault('BOOTH_CERTIFICATE_INVALID').code]);
    expect(done.deviceSent).toBe(0);
  });
});

describe('a face cell gone bad', () => {
  const allPassed = decisionPolicy.requiredFaceChecks.map(passed);
  /** Goes through the motions without looking at a frame, then reports. */
  const reporting = (checks: readonly CheckOutcome[], policyVersion = 'face-made-up') => (message: ToFaceCell['type']): readonly FromFaceCell[] => {
    if (message === 'portrait') return [{ type: 'portraitReady', check: passed('portrait') }];
    if (message === 'script') return [{ type: 'captureComplete' }];
    return message === 'endOfStream' ? [{ type: 'report', policyVersion, checks: [...checks] }] : [];
  };
  const stolen = 'c3RvbGVuIGVtYmVkZGluZw';
  const table: readonly [string, NonNullable<World['lies']>, readonly string[]][] = [
    ['says what an honest one says (it is believed: the limit of two cells)', reporting(allPassed), ['ok']],
    ['leaves a check out', reporting(allPassed.slice(1)), ['DECISION_CHECK_NOT_RUN']],
    ['works by an older policy', reporting(allPassed, 'face-older'), ['DECISION_POLICY_MISMATCH']],
    ['smuggles words in the name of a check', reporting([...allPassed, passed(stolen)]), ['DECISION_POLICY_MISMATCH']],
    ['smuggles words in a code', reporting([...allPassed.slice(1), failed('portrait', 'STOLEN_EMBEDDING')]), ['DECISION_POLICY_MISMATCH']],
    ['smuggles words in the reason of a check not run', reporting([...allPassed.slice(1), notRun('portrait', stolen)]), ['DECISION_CHECK_NOT_RUN']],
    ['reports a check twice', reporting([...allPassed, failed('comparison', 'FACE_COMPARISON_BELOW_THRESHOLD')]), ['DECISION_POLICY_MISMATCH']],
    ['smuggles words about the portrait', (message) => (message === 'portrait' ? [{ type: 'portraitReady', check: notRun(stolen, stolen) }] : []), ['DECISION_POLICY_MISMATCH']],
    ['reports before it was asked, and twice about the portrait', (message) => (message === 'portrait' ? [{ type: 'report', policyVersion: 'face-made-up', checks: [...allPassed] }, { type: 'portraitReady', check: passed('portrait') }, { type: 'portraitReady', check: passed('portrait') }] : reporting(allPassed.slice(1))(message)), ['DECISION_CHECK_NOT_RUN']],
  ];
  it.each(table)('%s', async (_name, lies, codes) => {
    const done = await run({ world: { lies } });
    expect(codesOf(done)).toEqual(codes);
    expect(done.forwarded.filter(({ message }) => message.type === 'script').length).toBeLessThanOrEqual(1);
  });

  it('claims a passive attack detection that nobody mounted: the verdict says that it was not run', async () => {
    const { result, verdictClaims } = await run({ world: { lies: reporting([...allPassed, passed('passivePad')]) } });
    expect(result.ok).toBe(true);
    expect((verdictClaims as { readonly checks: readonly CheckOutcome[] }).checks.filter(({ check }) => check === 'passivePad')).toEqual([notRun('passivePad', 'noNetwork')]);
  });

  it('gets no verdict, nor anything else, before a chip proved genuine', async () => {
    let said = 0;
    const done = await run({ world: { authenticityFault: 'PA_DG_HASH_MISMATCH', lies: () => (said++, []) } });
    expect([codesOf(done), said, done.forwarded]).toEqual([['PA_DG_HASH_MISMATCH'], 0, []]);
  });
});
