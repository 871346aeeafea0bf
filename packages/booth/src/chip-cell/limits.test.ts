import { createClientKey, openChannel } from '@visavis/client';
import { advanceFrameChain, type ClientMessage, type FromChipCell, type FromFaceCell, MAX_FRAME_BYTES, type ToFaceCell } from '@visavis/contract';
import { defineFaults, err, fromBase64Url, ok, passed, toBase64Url, toHex, utf8 } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { hpkeSuite } from '../channel/suite.ts';
import { decisionPolicy } from '../decision/decision-policy.ts';
import { boothFaults } from '../faults.ts';
import { Enrolment, type Rooms } from './enrolment.ts';

/** A device that holds the right key and says whatever it likes, against the limits that one enrolment has. */
const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const ACCESS = { kind: 'can', can: '123456' } as const;
const words = { meaning: 'Made up.', nextStep: 'Made up.' };
const roomFaults = defineFaults({
  CHIP_ACCESS_DENIED: { stage: 'chip', retry: 'user', ...words },
  FACE_COMPARISON_BELOW_THRESHOLD: { stage: 'face', retry: 'user', ...words },
  FACE_FRAME_CHAIN_BROKEN: { stage: 'face', retry: 'now', ...words },
});
const START = { type: 'startCapture', profile: 'standard' } as const;
const NO_CHAIN = 'A'.repeat(43);

interface Frame {
  readonly message: Extract<ClientMessage, { type: 'frame' }>;
  readonly jpeg: Uint8Array;
}
/** One capture's frames: `frame` chains the next one without sending it. */
interface Capture {
  readonly frame: (index: number, jpeg?: Uint8Array) => Promise<Frame>;
  readonly sendFrame: (index: number) => Promise<Uint8Array>;
}

async function begin(o: { readonly opens: boolean }) {
  const clientKey = await createClientKey();
  const channelKeys = await hpkeSuite.kem.generateKeyPair();
  const channelKey = new Uint8Array(await hpkeSuite.kem.serializePublicKey(channelKeys.publicKey));
  const { privateKey: verdictKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const device = await openChannel({ enrolmentId: ID, channelKey, clientKey });
  const told: FromChipCell[] = [];
  const heard: string[] = [];
  const nonces: string[] = [];
  const toFace: ToFaceCell[] = [];
  let nonce: Uint8Array = new Uint8Array(32);
  let drawn = 0;
  const rooms: Rooms = {
    openTrustStore: () => ok({} as never),
    *readDocument({ random }) {
      const nonce = random(8);
      nonces.push(toHex(nonce));
      const { ended } = yield { step: 'access', commands: [{ apdu: nonce, accept: ['9000'] }] };
      return o.opens && ended === 'complete' ? ok({} as never) : err(roomFaults.fault('CHIP_ACCESS_DENIED'));
    },
    verifyAuthenticity: () => ({
      checks: [passed('passiveAuthentication')],
      result: ok({
        chipProof: 'chipAuthentication', accessProtocol: 'pace', downgraded: false,
        person: { familyName: 'SPECIMEN', givenNames: 'ANNA', dateOfBirth: '1990-01-01', sex: 'female', nationality: 'UTO' },
        document: { type: 'passport', issuingState: 'UTO', documentNumber: 'L898902C3', dateOfExpiry: '2040-01-01' },
        portrait: { mediaType: 'image/jpeg', bytes: new Uint8Array([1]) },
      } as never),
    }), // prettier-ignore
    drawScript: () => [{ action: 'smile', timeoutMs: 5000, pauseMs: 0 }],
    returnTimeoutMs: 6000,
    facePolicyVersion: 'made-up',
    decisionPolicy,
    faceFaults: roomFaults,
    catalogues: [boothFaults, roomFaults],
  };
  const start = { type: 'start', enrolmentId: ID, clientKeyThumbprint: clientKey.thumbprint, consentId: ID, limits: { chipSessions: 3, scripts: 2 } } as const;
  const enrolment = new Enrolment({ start, channelKeys, channelKey, verdictKey }, {} as never, {
    tellParent: (message, tail) => {
      told.push(message);
      if (message.type === 'client') sealedAnswers.push(tail!);
    },
    tellFaceCell: (message) => void toFace.push(message),
    after: () => {},
    clock: () => Date.parse('2026-11-22T12:00:00Z'),
    // Never the same twice, as a machine's.
    random: (n) => new Uint8Array(n).fill(++drawn),
  }, rooms); // prettier-ignore
  const sealedAnswers: Uint8Array[] = [];
  const send = async (message: ClientMessage, tail?: Uint8Array): Promise<Uint8Array> => {
    const sealed = await device.seal(message, tail);
    await enrolment.onClient(sealed.slice(), false);
    for (const answer of sealedAnswers.splice(0)) {
      const said = await device.open(answer);
      if (said?.type === 'captureStarted') nonce = fromBase64Url(said.nonce);
      heard.push(said === undefined ? 'unreadable' : said.type === 'stepFailed' ? said.fault.code : said.type);
    }
    return sealed;
  };
  await enrolment.onClient(utf8(JSON.stringify(device.hello)), true);
  let batch = -1;
  const readChip = async (): Promise<void> => {
    await send({ type: 'openDocument', access: ACCESS });
    batch += 1;
    await send({ type: 'cardAnswers', batch, answers: ['9000'], ended: 'complete' });
  };
  const capture = async (): Promise<Capture> => {
    await send(START);
    let link = nonce;
    const frame = async (index: number, jpeg: Uint8Array = Uint8Array.of(index)): Promise<Frame> => {
      link = await advanceFrameChain(link, { index, capturedAtMs: index * 80 }, jpeg);
      return { message: { type: 'frame', index, capturedAtMs: index * 80, chain: toBase64Url(link) }, jpeg };
    };
    return { frame, sendFrame: async (index) => sendMade(await frame(index)) };
  };
  const sendMade = ({ message, jpeg }: Frame): Promise<Uint8Array> => send(message, jpeg);
  const face = (message: FromFaceCell): Promise<void> => enrolment.onFaceCell(message);
  const acceptDocument = async (): Promise<void> => {
    await readChip();
    await enrolment.onDocumentStatus('notReported');
    await enrolment.onFaceCellGiven();
    await face({ type: 'portraitReady', check: passed('portrait') });
  };
  const ends = () => told.flatMap((message) => (message.type === 'ended' ? [{ outcome: message.outcome, codes: message.codes }] : []));
  return { enrolment, device, send, sendMade, capture, readChip, acceptDocument, face, heard, nonces, toFace, ends };
}

const otherFace = decisionPolicy.requiredFaceChecks.map((check) => (check === 'comparison' ? { check, status: 'fail' as const, code: 'FACE_COMPARISON_BELOW_THRESHOLD' } : passed(check)));
const fiveFrames = async ({ frame }: Capture): Promise<readonly Frame[]> => {
  const made: Frame[] = [];
  for (let index = 0; index < 5; index++) made.push(await frame(index));
  return made;
};

const unexpected = [{ outcome: 'failed', codes: ['BOOTH_MESSAGE_UNEXPECTED'] }];

describe('the limits of one enrolment', () => {
  it('three chip sessions with fresh nonces each, one verdict, and nothing after it: DECISION_CHIP_SESSIONS_EXHAUSTED', async () => {
    const { readChip, send, heard, nonces, ends } = await begin({ opens: false });
    for (let i = 0; i < 3; i++) await readChip();
    expect(heard).toEqual(['cardCommands', 'CHIP_ACCESS_DENIED', 'cardCommands', 'CHIP_ACCESS_DENIED', 'cardCommands', 'verdict']);
    expect(new Set(nonces).size).toBe(3);
    await send({ type: 'openDocument', access: ACCESS });
    expect([nonces.length, heard.filter((type) => type === 'verdict').length]).toEqual([3, 1]);
    expect(ends()).toEqual([{ outcome: 'reject', codes: ['CHIP_ACCESS_DENIED', 'DECISION_CHIP_SESSIONS_EXHAUSTED'] }]);
  });

  it('two scripts, one verdict, and nothing after it: DECISION_SCRIPTS_EXHAUSTED', async () => {
    const { acceptDocument, send, face, heard, toFace, ends } = await begin({ opens: true });
    await acceptDocument();
    for (let i = 0; i < 3; i++) {
      await send(START);
      await face({ type: 'captureComplete' });
      await face({ type: 'report', policyVersion: 'made-up', checks: otherFace });
    }
    expect(toFace.filter(({ type }) => type === 'script').length).toBe(2);
    expect(ends()).toEqual([{ outcome: 'reject', codes: ['FACE_COMPARISON_BELOW_THRESHOLD', 'DECISION_SCRIPTS_EXHAUSTED'] }]);
    expect(heard.filter((type) => type === 'verdict').length).toBe(1);
  });

  it('more frames than a script can have: BOOTH_TOO_MUCH_SENT; as many as it can are taken', async () => {
    const { acceptDocument, capture, toFace, ends } = await begin({ opens: true });
    await acceptDocument();
    const { sendFrame } = await capture();
    // One step of 5 s, 6 s to come back from it, 15 s of patience; 15 frames a second.
    for (let index = 0; index < 390; index++) await sendFrame(index);
    expect([toFace.filter(({ type }) => type === 'frame').length, ends()]).toEqual([390, []]);
    await sendFrame(390);
    expect(ends()).toEqual([{ outcome: 'failed', codes: ['BOOTH_TOO_MUCH_SENT'] }]);
  });
});

describe('frames that are well sealed and are not the chain that the device began', () => {
  /** What a device sends that made five honest frames of a capture. */
  const broken: readonly [string, (made: readonly Frame[], elsewhere: readonly Frame[]) => readonly Frame[]][] = [
    ['missing', ([a, , c, d]) => [a!, c!, d!]],
    ['the first is missing', ([, b, c]) => [b!, c!]],
    ['out of order', ([a, b, c]) => [a!, c!, b!]],
    ['repeated', ([a, b]) => [a!, b!, b!]],
    ['repeated later', ([a, b, c]) => [a!, b!, c!, a!]],
    ['another picture under its link', ([a, b]) => [a!, { ...b!, jpeg: utf8('another face') }]],
    ['another time under its link', ([a, b]) => [a!, { ...b!, message: { ...b!.message, capturedAtMs: 81 } }]],
    ['another number under its link', ([a, b]) => [a!, { ...b!, message: { ...b!.message, index: 7 } }]],
    ['a link of its own', ([a, b]) => [a!, { ...b!, message: { ...b!.message, chain: NO_CHAIN } }]],
    ['chained to the nonce of another capture', (_made, elsewhere) => elsewhere],
    ['spliced in from another capture', ([a], [, x]) => [a!, x!]],
  ];
  it.each(broken)('%s: FACE_FRAME_CHAIN_BROKEN', async (_name, attack) => {
    const [here, there] = [await begin({ opens: true }), await begin({ opens: true })];
    await here.acceptDocument();
    // A second capture, since both booths' first draws are alike in this test.
    await there.acceptDocument();
    await there.send(START);
    await there.face({ type: 'captureComplete' });
    await there.face({ type: 'report', policyVersion: 'made-up', checks: otherFace });
    const made = await fiveFrames(await here.capture());
    for (const frame of attack(made, await fiveFrames(await there.capture()))) await here.sendMade(frame);
    expect(here.ends()).toEqual([{ outcome: 'failed', codes: ['FACE_FRAME_CHAIN_BROKEN'] }]);
    expect(here.heard.at(-1)).toBe('FACE_FRAME_CHAIN_BROKEN');
  });

  it('the honest twin: taken one after the other, also in a second capture with a nonce of its own', async () => {
    const { acceptDocument, capture, sendMade, face, toFace, heard, ends } = await begin({ opens: true });
    await acceptDocument();
    const first = await fiveFrames(await capture());
    for (const frame of first) await sendMade(frame);
    await face({ type: 'captureComplete' });
    await face({ type: 'report', policyVersion: 'made-up', checks: otherFace });
    const second = await fiveFrames(await capture());
    for (const frame of second) await sendMade(frame);
    expect([toFace.filter(({ type }) => type === 'frame').length, ends()]).toEqual([10, []]);
    expect(second[0]!.message.chain).not.toBe(first[0]!.message.chain);
    expect(heard.filter((type) => type === 'captureStarted').length).toBe(2);
  });

  it('a capture of before, sent again in the second: FACE_FRAME_CHAIN_BROKEN', async () => {
    const { acceptDocument, capture, sendMade, face, ends } = await begin({ opens: true });
    await acceptDocument();
    const first = await fiveFrames(await capture());
    for (const frame of first) await sendMade(frame);
    await face({ type: 'captureComplete' });
    await face({ type: 'report', policyVersion: 'made-up', checks: otherFace });
    await capture();
    for (const frame of first) await sendMade(frame);
    expect(ends()).toEqual([{ outcome: 'failed', codes: ['FACE_FRAME_CHAIN_BROKEN'] }]);
  });

  it('a frame that the device itself left out is in no chain, and misses nobody', async () => {
    const { acceptDocument, capture, toFace, ends } = await begin({ opens: true });
    await acceptDocument();
    const { sendFrame } = await capture();
    for (const index of [0, 1, 4]) await sendFrame(index);
    expect([toFace.filter(({ type }) => type === 'frame').length, ends()]).toEqual([3, []]);
  });
});

describe('messages that are well sealed and out of place', () => {
  it('twice, too early, unasked: BOOTH_MESSAGE_UNEXPECTED', async () => {
    const twice = await begin({ opens: true });
    await twice.send({ type: 'openDocument', access: ACCESS });
    await twice.send({ type: 'openDocument', access: ACCESS });
    expect(twice.ends()).toEqual(unexpected);
    const early = await begin({ opens: true });
    await early.send(START);
    expect(early.ends()).toEqual(unexpected);
    const unasked = await begin({ opens: true });
    await unasked.send({ type: 'cardAnswers', batch: 0, answers: [], ended: 'complete' });
    expect(unasked.ends()).toEqual(unexpected);
    const frame = await begin({ opens: true });
    await frame.send({ type: 'frame', index: 0, capturedAtMs: 0, chain: NO_CHAIN }, new Uint8Array(1));
    expect([frame.ends(), frame.toFace]).toEqual([unexpected, []]);
  });

  it('a camera that starts while its owner waits for a face cell shows nobody anything', async () => {
    const { readChip, send, enrolment, toFace, heard, ends } = await begin({ opens: true });
    await readChip();
    await enrolment.onDocumentStatus('notReported');
    await enrolment.onFaceQueue(1, 1000);
    await send(START);
    await send({ type: 'frame', index: 0, capturedAtMs: 0, chain: NO_CHAIN }, new Uint8Array(1));
    expect([toFace.map(({ type }) => type), heard, ends()]).toEqual([['portrait'], ['cardCommands', 'faceQueue'], []]);
  });

  it('late: frames after the capture, and anything after the end, are nobody’s', async () => {
    const { acceptDocument, send, face, toFace, ends, heard } = await begin({ opens: true });
    await acceptDocument();
    await send(START);
    await face({ type: 'captureComplete' });
    await send({ type: 'frame', index: 9, capturedAtMs: 9, chain: NO_CHAIN }, new Uint8Array(1));
    expect([toFace.some(({ type }) => type === 'frame'), ends()]).toEqual([false, []]);
    await send({ type: 'withdraw' });
    const before = heard.length;
    await send({ type: 'openDocument', access: ACCESS });
    expect([heard.length, ends()]).toEqual([before, [{ outcome: 'withdrawn', codes: [] }]]);
  });
});

describe('messages that are not as they were sealed', () => {
  it('duplicated, reordered: BOOTH_CHANNEL_SEQUENCE', async () => {
    const duplicated = await begin({ opens: true });
    const sealed = await duplicated.send({ type: 'openDocument', access: ACCESS });
    await duplicated.enrolment.onClient(sealed, false);
    expect(duplicated.ends()).toEqual([{ outcome: 'failed', codes: ['BOOTH_CHANNEL_SEQUENCE'] }]);
    const reordered = await begin({ opens: true });
    await reordered.device.seal({ type: 'openDocument', access: ACCESS });
    await reordered.enrolment.onClient(await reordered.device.seal({ type: 'withdraw' }), false);
    expect(reordered.ends()).toEqual([{ outcome: 'failed', codes: ['BOOTH_CHANNEL_SEQUENCE'] }]);
  });

  it('oversized, malformed: BOOTH_CHANNEL_MALFORMED', async () => {
    const oversized = await begin({ opens: true });
    await oversized.send({ type: 'frame', index: 0, capturedAtMs: 0, chain: NO_CHAIN }, new Uint8Array(MAX_FRAME_BYTES + 1));
    expect(oversized.ends()).toEqual([{ outcome: 'failed', codes: ['BOOTH_CHANNEL_MALFORMED'] }]);
    const malformed = await begin({ opens: true });
    await malformed.send({ type: 'openDocument', access: { kind: 'can', can: 'no digits' } });
    expect(malformed.ends()).toEqual([{ outcome: 'failed', codes: ['BOOTH_CHANNEL_MALFORMED'] }]);
  });
});
