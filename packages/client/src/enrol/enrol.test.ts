import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import {
  advanceFrameChain,
  ANSWER_KEY_BYTES,
  ANSWER_KEY_LABEL,
  ANSWER_NONCE_BYTES,
  ANSWER_NONCE_LABEL,
  type BoothMessage,
  type ClientMessage,
  channelInfo,
  clientMessage,
  boothKeyDigests,
  type CreateEnrolment,
  decodeMessage,
  encodeMessage,
  hello,
  type LoggedEntry,
  type P256PublicJwk,
  p256PublicJwk,
  type ReceiptClaims,
  receiptHash,
  sequenceBytes,
  signBoothCertificate,
  signReceipt,
} from '@visavis/contract';
import { fromBase64Url, toBase64Url } from '@visavis/kernel';
import { createNoteKey } from '@visavis/log';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { SmallLog } from '../../../../test/support/small-log.ts';
import type { SocketLike } from '../ports.ts';
import { type Enrol, enrol } from './enrol.ts';

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const ENROLMENT_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const NONCE = 'A'.repeat(43);
const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const identity = { person: { familyName: 'LOVELACE', givenNames: 'ADA', dateOfBirth: '1985-12-10', sex: 'female', nationality: 'UTO' }, levelOfAssurance: 'eidas2', createdAt: '2026-11-22T12:00:00.000Z' };
const operator = await generateKeyPair('ES256');
const publicJwk = async (key: CryptoKey) => {
  const { kty, crv, x, y } = await exportJWK(key);
  return p256PublicJwk.parse({ kty, crv, x, y });
};

/** What the played booth says to each message of the device. */
const BOOTH: { readonly [type in ClientMessage['type']]?: readonly BoothMessage[] } = {
  openDocument: [{ type: 'cardCommands', batch: 0, step: 'access', commands: [{ apdu: '00a4', accept: ['9000'] }] }],
  cardAnswers: [{ type: 'documentAccepted' }],
  startCapture: [{ type: 'captureStarted', nonce: NONCE }, { type: 'prompt', index: 0, count: 1, action: 'lookAhead', timeoutMs: 1000 }],
  frame: [{ type: 'captureComplete' }, { type: 'verdict', outcome: 'accept', reasons: [], verdict: 'a.b.c' }],
};

interface World {
  readonly onMessage?: (message: ClientMessage, tail: Uint8Array) => void;
  /** In place of what {@link BOOTH} says. */
  readonly says?: typeof BOOTH;
  /** Cuts the line, or does something else to it, when the device has sent this. */
  readonly onHeard?: (type: ClientMessage['type'] | 'hello', line: { cut(reason?: string): void; inject(data: unknown): void; again(): void }) => 'silent' | undefined;
  readonly onRequest?: (path: string, nth: number, init: RequestInit) => Promise<Response> | Response | undefined;
  readonly certifiedBy?: CryptoKey;
  /** What a relay gives out as the booth's log entry. */
  readonly logged?: (honest: LoggedEntry, log: SmallLog) => LoggedEntry | Promise<LoggedEntry>;
  /** Certified instead of the booth's own keys, which are the ones that are logged. */
  readonly certified?: { readonly channelKey?: string; readonly verdictKey?: P256PublicJwk };
  readonly receipt?: (honest: ReceiptClaims) => Promise<{ readonly claims?: ReceiptClaims; readonly signedBy?: CryptoKey; readonly entry?: object; readonly notReady?: number }>;
  readonly channelKey?: Uint8Array;
  readonly socketNeverOpens?: boolean;
  readonly enrolWith?: Partial<Enrol>;
}

/** A citizen's whole way against a server and a booth that the test plays, with the real sealing on both ends. */
async function goThrough(world: World = {}) {
  const requests: string[] = [];
  const stages: string[] = [];
  let [openSockets, socketsMade, cameraOn] = [0, 0, false];
  const channelKeys = await suite.kem.generateKeyPair();
  const channelKey = new Uint8Array(await suite.kem.serializePublicKey(channelKeys.publicKey));
  const log = new SmallLog();
  log.append('{"kind":"an entry before"}');
  let clientKeyThumbprint = '';
  let boothKeyHash = '';
  let receiptsAsked = 0;

  const answer = async (path: string, init: RequestInit): Promise<Response> => {
    if (path === '/api/enrolments') {
      clientKeyThumbprint = await calculateJwkThumbprint((JSON.parse(init.body as string) as CreateEnrolment).clientKey, 'sha256');
      const verdictKey = await publicJwk((await generateKeyPair('ES256')).publicKey);
      const keys = { channelKey: toBase64Url(world.channelKey ?? channelKey), verdictKey };
      const digests = await boothKeyDigests(keys);
      ({ boothKeyHash } = digests);
      const honest = log.append({ kind: 'boothOpened', at: new Date(NOW_MS).toISOString(), ...digests });
      const boothLogged = (await world.logged?.(honest, log)) ?? honest;
      const claims = { enrolmentId: ENROLMENT_ID, ...keys, ...world.certified, clientKeyThumbprint, iat: NOW_MS / 1000 - 60, exp: NOW_MS / 1000 + 600 };
      const boothCertificate = await signBoothCertificate(claims, world.certifiedBy ?? operator.privateKey);
      return Response.json({ enrolmentId: ENROLMENT_ID, boothCertificate, boothLogged, limits: { chipSessions: 3, scripts: 2, lifetimeMs: 300_000 } }, { status: 201 });
    }
    if (path.endsWith('/passkey-options')) return Response.json({ challenge: 'x' });
    if (path.endsWith('/renewal-options')) return Response.json({ challengeId: 'c', options: { challenge: 'x' } });
    if (path.endsWith('/identity')) return Response.json(identity, { status: 201 });
    if (path.endsWith('/receipt')) return giveReceipt();
    return new Response(null, { status: 204 });
  };

  const giveReceipt = async (): Promise<Response> => {
    const at = new Date(NOW_MS).toISOString();
    const honest: ReceiptClaims = { subject: 'booth', enrolmentId: ENROLMENT_ID, clientKeyThumbprint, boothKeyHash, startedAt: at, endedAt: at, outcome: 'accept', processed: [], cellsReaped: true, kept: [], iat: NOW_MS / 1000 };
    const { claims = honest, signedBy = operator.privateKey, entry = {}, notReady = 0 } = (await world.receipt?.(honest)) ?? {};
    receiptsAsked += 1;
    if (receiptsAsked <= notReady) return Response.json({ fault: { code: 'RECEIPT_NOT_READY', stage: 'booth', retry: 'now', meaning: 'm', nextStep: 'n' } }, { status: 503 });
    const receipt = await signReceipt(claims, signedBy);
    const hash = await receiptHash(receipt);
    return Response.json({ receipt, logged: log.append({ kind: 'boothEnded', at, boothKeyHash, outcome: 'accept', receiptHash: hash, ...entry } as never) });
  };

  const openSocket = (): SocketLike => {
    const target = new EventTarget();
    socketsMade += 1;
    openSockets += 1;
    let closed = false;
    const close = (reason = ''): void => {
      if (closed) return;
      closed = true;
      openSockets -= 1;
      setTimeout(() => target.dispatchEvent(Object.assign(new Event('close'), { reason })), 0);
    };
    const send = (data: unknown): void => void (closed || target.dispatchEvent(new MessageEvent('message', { data })));
    if (world.socketNeverOpens !== true) setTimeout(() => target.dispatchEvent(new Event('open')), 0);
    let received = 0;
    let sent = 0;
    let open: ((sealed: Uint8Array, sequence: Uint8Array) => Promise<Uint8Array>) | undefined;
    let seal: ((plain: Uint8Array<ArrayBuffer>, sequence: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>) | undefined;
    let last: ArrayBuffer = new ArrayBuffer(0);
    const line = { cut: close, inject: send, again: () => send(last) };
    const hear = async (message: string | Uint8Array): Promise<void> => {
      if (typeof message === 'string') {
        const { enc } = hello.parse(JSON.parse(message));
        const context = await suite.createRecipientContext({ recipientKey: channelKeys.privateKey, enc: fromBase64Url(enc).buffer, info: channelInfo(ENROLMENT_ID, clientKeyThumbprint) });
        const key = await crypto.subtle.importKey('raw', await context.export(ANSWER_KEY_LABEL, ANSWER_KEY_BYTES), 'AES-GCM', false, ['encrypt']);
        const nonce = new Uint8Array(await context.export(ANSWER_NONCE_LABEL, ANSWER_NONCE_BYTES));
        open = async (sealed, sequence) => new Uint8Array(await context.open(Uint8Array.from(sealed), Uint8Array.from(sequence)));
        seal = (plain, sequence) => crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce.map((byte, i) => byte ^ (sequence[i - 4] ?? 0)), additionalData: sequence }, key, plain);
        world.onHeard?.('hello', line);
        return;
      }
      const decoded = decodeMessage(clientMessage, await open!(message, sequenceBytes(received)));
      received += 1;
      const { type } = decoded!.head;
      world.onMessage?.(decoded!.head, decoded!.tail);
      if (world.onHeard?.(type, line) === 'silent') return;
      for (const told of type === 'frame' && received > 4 ? [] : ({ ...BOOTH, ...world.says }[type] ?? [])) {
        last = await seal!(encodeMessage(told), sequenceBytes(sent));
        sent += 1;
        send(last);
      }
    };
    let turn: Promise<void> = Promise.resolve();
    return {
      binaryType: 'blob',
      bufferedAmount: 0,
      send: (message) => {
        turn = turn.then(() => hear(message));
      },
      close: () => close(),
      addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as unknown as EventListener),
    };
  };

  const counts = new Map<string, number>();
  const ended = await enrol({
    server: {
      origin: 'https://id.test',
      async fetch(url, init) {
        const path = url.slice('https://id.test'.length);
        const nth = (counts.get(path) ?? 0) + 1;
        counts.set(path, nth);
        requests.push(path.split('/').at(-1)!);
        if (init.signal?.aborted === true) throw init.signal.reason;
        return (await world.onRequest?.(path, nth, init)) ?? (await answer(path, init));
      },
      openSocket,
    },
    chip: { transmit: async ({ batch }) => ({ batch, answers: ['9000'], ended: 'complete' }) },
    camera: {
      start: async () => {
        cameraOn = true;
      },
      nextFrame: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return { jpeg: new Uint8Array(10), capturedAtMs: performance.now() };
      },
      stop: () => {
        cameraOn = false;
      },
    },
    passkeys: { create: async () => ({ id: 'x' }), get: () => expect.unreachable() },
    access: { kind: 'can', can: '123456' },
    consent: { faceProcessing: true, identityCreation: true, textVersion: '1', language: 'en' },
    operatorKey: await publicJwk(operator.publicKey),
    logKey: log.key.verifierKey,
    clock: () => NOW_MS,
    onStepFailed: () => Promise.resolve('stop'),
    ...world.enrolWith,
    onProgress: (progress) => {
      stages.push(progress.stage);
      world.enrolWith?.onProgress?.(progress);
    },
  });
  const told = ended.ok ? ended.value.receipt : ended.fault.receipt;
  const receipt = told === undefined ? 'none' : told.ok ? 'verified' : told.fault.code;
  return { outcome: ended.ok ? 'bound' : ended.fault.code, receipt, stages, requests, left: { openSockets, cameraOn }, socketsMade };
}

/** Lets minutes of waiting pass in moments, while sealing takes the time it takes. */
async function hurried<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const hurry = setInterval(() => vi.advanceTimersByTime(1000), 1);
  try {
    return await work();
  } finally {
    clearInterval(hurry);
    vi.useRealTimers();
  }
}

const clean = { openSockets: 0, cameraOn: false };

describe('an enrolment seen from the device', () => {
  it('honest twin: from consent to identity, with everything switched off at the end', async () => {
    const { outcome, receipt, stages, requests, left } = await goThrough();
    expect([outcome, receipt]).toEqual(['bound', 'verified']);
    expect(stages).toEqual(['created', 'channelOpen', 'chip', 'documentAccepted', 'cameraStarted', 'prompt', 'captureComplete', 'verdict', 'passkey', 'bound', 'receipt']);
    expect(requests.toSorted()).toEqual(['enrolments', 'identity', 'passkey-options', 'receipt']);
    expect(left).toEqual(clean);
  });

  it('a renewed document: a passkey that is there confirms, none is made, and the answer goes with its challenge', async () => {
    let bound: unknown;
    const { outcome, requests } = await goThrough({
      enrolWith: { renewWith: { get: async ({ challenge }) => ({ id: 'old', challenge }) }, passkeys: { create: () => expect.unreachable(), get: () => expect.unreachable() } },
      onRequest: (path, _nth, init) => {
        if (path.endsWith('/identity')) bound = JSON.parse(init.body as string);
        return undefined;
      },
    });
    expect([outcome, requests.toSorted()]).toEqual(['bound', ['enrolments', 'identity', 'receipt', 'renewal-options']]);
    expect(bound).toMatchObject({ renewal: { challengeId: 'c', passkey: { id: 'old', challenge: 'x' } } });
    expect(bound).not.toHaveProperty('passkey');
    // Not confirmed: told as that, and asked again for as long as the citizen wants to.
    const stopped = await goThrough({ enrolWith: { renewWith: { get: () => Promise.reject(new Error('no')) } } });
    expect([stopped.outcome, stopped.requests.includes('identity')]).toEqual(['PASSKEY_NOT_USED', false]);
  });

  it('sends no frame before the booth named its nonce, and chains all from there, left out ones left out', async () => {
    const heard: { readonly message: ClientMessage; readonly tail: Uint8Array }[] = [];
    let frames = 0;
    const camera = {
      start: async () => undefined,
      nextFrame: async () => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        frames += 1;
        // The second is too long for any message.
        return { jpeg: new Uint8Array(frames === 2 ? 500_000 : frames), capturedAtMs: frames * 80.25 };
      },
      stop: () => undefined,
    };
    const { outcome } = await goThrough({ enrolWith: { camera, profile: () => 'withoutNodding' }, onMessage: (message, tail) => heard.push({ message, tail: tail.slice() }), says: { frame: [] }, onHeard: (type, line) => (type === 'frame' && heard.length > 6 ? (line.cut(), 'silent') : undefined) });
    expect(outcome).toBe('NETWORK_CUT');
    expect(heard.slice(0, 4).map(({ message }) => message.type)).toEqual(['openDocument', 'cardAnswers', 'startCapture', 'frame']);
    expect(heard[2]!.message).toEqual({ type: 'startCapture', profile: 'withoutNodding' });
    let link: Uint8Array = fromBase64Url(NONCE);
    const indices: number[] = [];
    for (const { message, tail } of heard.slice(3)) {
      if (message.type !== 'frame') throw new Error(message.type);
      link = await advanceFrameChain(link, message, tail);
      expect(message.chain).toBe(toBase64Url(link));
      indices.push(message.index);
    }
    expect(indices.slice(0, 3)).toEqual([0, 2, 3]);
  });

  it('a booth that begins a capture twice, or one that nobody asked for: BOOTH_ANSWER_INVALID, and the camera is off', async () => {
    const begun = { type: 'captureStarted', nonce: NONCE } as const;
    for (const says of [{ startCapture: [begun, begun] }, { cardAnswers: [begun] }]) {
      const { outcome, left } = await goThrough({ says });
      expect([outcome, left]).toEqual(['BOOTH_ANSWER_INVALID', clean]);
    }
  });

  it('a booth that dies before it begins the capture leaves no camera on', async () => {
    const { outcome, left } = await goThrough({ says: { startCapture: [] }, onHeard: (type, line) => (type === 'startCapture' ? (line.cut('BOOTH_CELL_DIED'), 'silent') : undefined) });
    expect([outcome, left]).toEqual(['BOOTH_LOST', clean]);
  });

  for (const stage of ['hello', 'openDocument', 'cardAnswers', 'startCapture', 'frame'] as const) {
    it(`the line cut at ${stage}: NETWORK_CUT, and BOOTH_LOST when the server says why`, async () => {
      for (const [reason, code] of [['', 'NETWORK_CUT'], ['BOOTH_TIME_OVER', 'BOOTH_LOST']] as const) {
        const cut = await goThrough({ onHeard: (type, line) => (type === stage ? (line.cut(reason), 'silent') : undefined) });
        expect([cut.outcome, cut.left]).toEqual([code, clean]);
        expect([cut.requests.slice(-2), cut.receipt]).toEqual([['withdraw', 'receipt'], 'verified']);
      }
    });
  }

  it('a booth certified by another operator gets nothing: no socket, no word', async () => {
    const other = await generateKeyPair('ES256');
    const { outcome, socketsMade } = await goThrough({ certifiedBy: other.privateKey });
    expect([outcome, socketsMade]).toEqual(['BOOTH_CERTIFICATE_INVALID', 0]);
  });

  it('a certified key that is no key gets nothing either', async () => {
    const { outcome, socketsMade } = await goThrough({ channelKey: new Uint8Array(65).fill(4) });
    expect([outcome, socketsMade]).toEqual(['BOOTH_ANSWER_INVALID', 0]);
  });

  it('whatever is put on the line that is not the next message of the booth ends it', async () => {
    for (const data of ['{"type":"documentAccepted"}', new ArrayBuffer(0), new ArrayBuffer(64), new Uint8Array(700_000).buffer, new Blob(['x'])]) {
      const attacked = await goThrough({ onHeard: (type, line) => (type === 'openDocument' ? (line.inject(data), 'silent') : undefined) });
      expect([attacked.outcome, attacked.left]).toEqual(['BOOTH_ANSWER_INVALID', clean]);
    }
    const replayed = await goThrough({ onHeard: (type, line) => (type === 'cardAnswers' ? (line.again(), 'silent') : undefined) });
    expect(replayed.outcome).toBe('BOOTH_ANSWER_INVALID');
  });

  it('a chip that never answers does not keep the citizen from hearing that the booth is gone', async () => {
    const chip = { transmit: () => new Promise<never>(() => {}) };
    const gone = await goThrough({
      enrolWith: { chip },
      onHeard: (type, line) => {
        if (type === 'openDocument') setTimeout(() => line.cut('BOOTH_TIME_OUT'), 20);
        return undefined;
      },
    });
    expect([gone.outcome, gone.left]).toEqual(['BOOTH_LOST', clean]);
  });

  it('a booth that falls silent is given up when its time is over', async () => {
    const silent = await hurried(() => goThrough({ onHeard: (type) => (type === 'openDocument' ? 'silent' : undefined) }));
    expect([silent.outcome, silent.left]).toEqual(['NETWORK_CUT', clean]);
  });

  it('a server that talks nonsense, or fails, is told from one that refuses', async () => {
    for (const path of ['/api/enrolments', `/api/enrolments/${ENROLMENT_ID}/passkey-options`]) {
      const asked = async (response: () => Response) => (await goThrough({ onRequest: (p) => (p === path ? response() : undefined) })).outcome;
      expect(await asked(() => new Response('<html>502'))).toBe('SERVER_ANSWER_INVALID');
      expect(await asked(() => Response.json(null))).toBe('SERVER_ANSWER_INVALID');
      expect(await asked(() => Response.json({ fault: { code: 'ENROLMENT_OVER', stage: 'request', retry: 'user', meaning: 'm', nextStep: 'n' } }, { status: 410 }))).toBe('ENROLMENT_OVER');
    }
  });

  it('a server that never answers is a cut line', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(new DOMException('late', 'TimeoutError')));
    try {
      expect((await goThrough()).outcome).toBe('NETWORK_CUT');
    } finally {
      timeout.mockRestore();
    }
  });

  it('the answer to the binding may be lost twice; after that the citizen is told what to try, not that nothing was kept', async () => {
    const lost: readonly (() => Response)[] = [
      () => {
        throw new TypeError('fetch failed');
      },
      () => new Response('<html>502', { status: 502 }),
      () => Response.json({ fault: { code: 'SERVER_FAILED', stage: 'request', retry: 'now', meaning: 'm', nextStep: 'n' } }, { status: 500 }),
    ];
    for (const lose of lost) {
      const twice = await hurried(() => goThrough({ onRequest: (path, nth) => (path.endsWith('/identity') && nth <= 2 ? lose() : undefined) }));
      expect([twice.outcome, twice.requests.filter((name) => name === 'identity')]).toEqual(['bound', ['identity', 'identity', 'identity']]);
      expect((await hurried(() => goThrough({ onRequest: (path) => (path.endsWith('/identity') ? lose() : undefined) }))).outcome).toBe('IDENTITY_ANSWER_LOST');
    }
  });
});

describe('a relay that swaps booth keys', () => {
  const refusedBefore = async (world: World, code: string): Promise<void> => {
    const { outcome, socketsMade, requests, receipt } = await goThrough(world);
    // Nothing was sent: no socket, no hello, no word; and no receipt is asked of a booth that was none of ours.
    expect([outcome, socketsMade, requests, receipt]).toEqual([code, 0, ['enrolments', 'withdraw'], 'none']);
  };
  const anotherBooth = async () => ({ channelKey: toBase64Url(crypto.getRandomValues(new Uint8Array(65))), verdictKey: await publicJwk((await generateKeyPair('ES256')).publicKey) });
  const openedEntry = async (keys: Awaited<ReturnType<typeof anotherBooth>>) => ({ kind: 'boothOpened' as const, at: new Date(NOW_MS).toISOString(), ...(await boothKeyDigests(keys)) });

  it('under a certificate of its own: BOOTH_CERTIFICATE_INVALID', async () => {
    const relay = await generateKeyPair('ES256');
    await refusedBefore({ certifiedBy: relay.privateKey, certified: await anotherBooth() }, 'BOOTH_CERTIFICATE_INVALID');
  });

  it('with the operator\'s own signature on keys that are not the logged ones, both or one: BOOTH_KEY_NOT_LOGGED', async () => {
    const { channelKey, verdictKey } = await anotherBooth();
    for (const certified of [{ channelKey, verdictKey }, { channelKey }, { verdictKey }]) await refusedBefore({ certified }, 'BOOTH_KEY_NOT_LOGGED');
  });

  it('with the log entry of another booth, or one that speaks of no booth\'s birth', async () => {
    await refusedBefore({ logged: async (_honest, log) => log.append(await openedEntry(await anotherBooth())) }, 'BOOTH_KEY_NOT_LOGGED');
    await refusedBefore({ logged: (honest, log) => log.append({ ...(JSON.parse(honest.opening.text) as object), kind: 'boothEnded' } as never) }, 'BOOTH_KEY_NOT_LOGGED');
    await refusedBefore({ logged: (_honest, log) => log.append('no JSON') }, 'BOOTH_KEY_NOT_LOGGED');
  });

  it('with a proof that is none: another place, another text, another salt, a log of its own, a checkpoint it signed itself', async () => {
    await refusedBefore({ logged: (honest, log) => log.proof(0, honest.opening) }, 'BOOTH_KEY_NOT_LOGGED');
    await refusedBefore({ logged: (honest) => ({ ...honest, opening: { ...honest.opening, text: `${honest.opening.text} ` } }) }, 'BOOTH_KEY_NOT_LOGGED');
    await refusedBefore({ logged: (honest) => ({ ...honest, opening: { ...honest.opening, salt: toBase64Url(new Uint8Array(32)) } }) }, 'BOOTH_KEY_NOT_LOGGED');
    await refusedBefore({ logged: (honest) => new SmallLog().append(honest.opening.text) }, 'BOOTH_KEY_NOT_LOGGED');
    await refusedBefore({ logged: (honest, log) => log.proof(1, honest.opening, createNoteKey(log.key.name, new Uint8Array(32).fill(7))) }, 'BOOTH_KEY_NOT_LOGGED');
  });

  it('honest twin: the same certificate with the entry of its own keys is spoken to', async () => {
    const twin = await goThrough({ logged: (honest, log) => (log.append('{"kind":"an entry after"}'), log.proof(1, honest.opening)) });
    expect([twin.outcome, twin.receipt]).toEqual(['bound', 'verified']);
  });
});

describe('an erasure receipt', () => {
  it('is waited for while it is being written', async () => {
    const late = await hurried(() => goThrough({ receipt: () => Promise.resolve({ notReady: 3 }) }));
    expect([late.outcome, late.receipt, late.requests.filter((name) => name === 'receipt').length]).toEqual(['bound', 'verified', 4]);
    expect((await hurried(() => goThrough({ receipt: () => Promise.resolve({ notReady: 1000 }) }))).receipt).toBe('RECEIPT_NOT_READY');
  });

  it('that is forged, of another booth, device or enrolment, or not the logged one is told by code; the identity stands', async () => {
    const other = await generateKeyPair('ES256');
    const told = async (receipt: NonNullable<World['receipt']>): Promise<readonly string[]> => {
      const { outcome, receipt: code } = await goThrough({ receipt });
      return [outcome, code];
    };
    expect(await told(() => Promise.resolve({ signedBy: other.privateKey }))).toEqual(['bound', 'RECEIPT_INVALID']);
    expect(await told((claims) => Promise.resolve({ claims: { ...claims, enrolmentId: 'BBBBBBBBBBBBBBBBBBBBBA' } as ReceiptClaims }))).toEqual(['bound', 'RECEIPT_OF_ANOTHER_BOOTH']);
    expect(await told((claims) => Promise.resolve({ claims: { ...claims, clientKeyThumbprint: 'A'.repeat(43) } as ReceiptClaims }))).toEqual(['bound', 'RECEIPT_OF_ANOTHER_BOOTH']);
    expect(await told((claims) => Promise.resolve({ claims: { ...claims, boothKeyHash: 'A'.repeat(43) } as ReceiptClaims, entry: { boothKeyHash: 'A'.repeat(43) } }))).toEqual(['bound', 'RECEIPT_OF_ANOTHER_BOOTH']);
    for (const entry of [{ receiptHash: 'A'.repeat(43) }, { boothKeyHash: 'A'.repeat(43) }, { outcome: 'reject' }, { kind: 'boothOpened', verdictKeyThumbprint: 'A'.repeat(43), outcome: undefined, receiptHash: undefined }]) {
      expect(await told(() => Promise.resolve({ entry }))).toEqual(['bound', 'RECEIPT_NOT_LOGGED']);
    }
  });

  it('that the server can not give is told in its words, and a cut line is tried again twice', async () => {
    const gone = { code: 'RECEIPT_UNAVAILABLE', stage: 'booth', retry: 'never', meaning: 'm', nextStep: 'n' };
    const refused = await goThrough({ onRequest: (path) => (path.endsWith('/receipt') ? Response.json({ fault: gone }, { status: 410 }) : undefined) });
    expect([refused.outcome, refused.receipt]).toEqual(['bound', 'RECEIPT_UNAVAILABLE']);
    const cut = (times: number) => hurried(() => goThrough({
      onRequest: (path, nth) => {
        if (path.endsWith('/receipt') && nth <= times) throw new TypeError('fetch failed');
        return undefined;
      },
    }));
    expect((await cut(2)).receipt).toBe('verified');
    expect((await cut(3)).receipt).toBe('NETWORK_CUT');
  });
});

describe('a citizen who stops', () => {
  for (const stage of ['created', 'channelOpen', 'chip', 'documentAccepted', 'cameraStarted', 'prompt'] as const) {
    it(`at ${stage}: ENROLMENT_WITHDRAWN, line closed, camera off, and the server knows`, async () => {
      const stopping = new AbortController();
      const stopped = await goThrough({ enrolWith: { signal: stopping.signal, onProgress: (progress) => progress.stage === stage && stopping.abort() } });
      expect([stopped.outcome, stopped.left, stopped.requests.slice(-2), stopped.receipt]).toEqual(['ENROLMENT_WITHDRAWN', clean, ['withdraw', 'receipt'], 'verified']);
    });
  }

  it('before the start, while the server thinks, and while the line opens', async () => {
    const before = await goThrough({ enrolWith: { signal: AbortSignal.abort() } });
    expect([before.outcome, before.left]).toEqual(['ENROLMENT_WITHDRAWN', clean]);
    const stopping = new AbortController();
    const thinking = await goThrough({ enrolWith: { signal: stopping.signal }, onRequest: () => (stopping.abort(), new Promise<Response>(() => {})) });
    expect(thinking.outcome).toBe('ENROLMENT_WITHDRAWN');
    const waiting = new AbortController();
    const opening = await goThrough({ socketNeverOpens: true, enrolWith: { signal: waiting.signal, onProgress: () => void setTimeout(() => waiting.abort(), 20) } });
    expect([opening.outcome, opening.left, opening.socketsMade]).toEqual(['ENROLMENT_WITHDRAWN', clean, 1]);
  });
});
