import { createClientKey, openChannel } from '@visavis/client';
import { type ClientMessage, type FromChipCell, type FromFaceCell, MAX_FRAME_BYTES, type ToFaceCell } from '@visavis/contract';
import { defineFaults, err, ok, passed, toHex, utf8 } from '@visavis/kernel';
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
});

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
  const face = (message: FromFaceCell): Promise<void> => enrolment.onFaceCell(message);
  const acceptDocument = async (): Promise<void> => {
    await readChip();
    await enrolment.onDocumentStatus('notReported');
    await enrolment.onFaceCellGiven();
    await face({ type: 'portraitReady', check: passed('portrait') });
  };
  const ends = () => told.flatMap((message) => (message.type === 'ended' ? [{ outcome: message.outcome, codes: message.codes }] : []));
  return { enrolment, device, send, readChip, acceptDocument, face, heard, nonces, toFace, ends };
}

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
    const checks = decisionPolicy.requiredFaceChecks.map((check) => (check === 'comparison' ? { check, status: 'fail' as const, code: 'FACE_COMPARISON_BELOW_THRESHOLD' } : passed(check)));
    for (let i = 0; i < 3; i++) {
      await send({ type: 'startCapture' });
      await face({ type: 'captureComplete' });
      await face({ type: 'report', policyVersion: 'made-up', checks });
    }
    expect(toFace.filter(({ type }) => type === 'script').length).toBe(2);
    expect(ends()).toEqual([{ outcome: 'reject', codes: ['FACE_COMPARISON_BELOW_THRESHOLD', 'DECISION_SCRIPTS_EXHAUSTED'] }]);
    expect(heard.filter((type) => type === 'verdict').length).toBe(1);
  });

  it('more frames than a script can have: BOOTH_TOO_MUCH_SENT; as many as it can are taken', async () => {
    const { acceptDocument, send, toFace, ends } = await begin({ opens: true });
    await acceptDocument();
    await send({ type: 'startCapture' });
    for (let index = 0; index < 1350; index++) await send({ type: 'frame', index, capturedAtMs: index }, new Uint8Array(1));
    expect([toFace.filter(({ type }) => type === 'frame').length, ends()]).toEqual([1350, []]);
    await send({ type: 'frame', index: 1350, capturedAtMs: 1350 }, new Uint8Array(1));
    expect(ends()).toEqual([{ outcome: 'failed', codes: ['BOOTH_TOO_MUCH_SENT'] }]);
  });
});

describe('messages that are well sealed and out of place', () => {
  it('twice, too early, unasked: BOOTH_MESSAGE_UNEXPECTED', async () => {
    const twice = await begin({ opens: true });
    await twice.send({ type: 'openDocument', access: ACCESS });
    await twice.send({ type: 'openDocument', access: ACCESS });
    expect(twice.ends()).toEqual(unexpected);
    const early = await begin({ opens: true });
    await early.send({ type: 'startCapture' });
    expect(early.ends()).toEqual(unexpected);
    const unasked = await begin({ opens: true });
    await unasked.send({ type: 'cardAnswers', batch: 0, answers: [], ended: 'complete' });
    expect(unasked.ends()).toEqual(unexpected);
    const frame = await begin({ opens: true });
    await frame.send({ type: 'frame', index: 0, capturedAtMs: 0 }, new Uint8Array(1));
    expect([frame.ends(), frame.toFace]).toEqual([unexpected, []]);
  });

  it('a camera that starts while its owner waits for a face cell shows nobody anything', async () => {
    const { readChip, send, enrolment, toFace, heard, ends } = await begin({ opens: true });
    await readChip();
    await enrolment.onDocumentStatus('notReported');
    await enrolment.onFaceQueue(1, 1000);
    await send({ type: 'startCapture' });
    await send({ type: 'frame', index: 0, capturedAtMs: 0 }, new Uint8Array(1));
    expect([toFace.map(({ type }) => type), heard, ends()]).toEqual([['portrait'], ['cardCommands', 'faceQueue'], []]);
  });

  it('late: frames after the capture, and anything after the end, are nobody’s', async () => {
    const { acceptDocument, send, face, toFace, ends, heard } = await begin({ opens: true });
    await acceptDocument();
    await send({ type: 'startCapture' });
    await face({ type: 'captureComplete' });
    await send({ type: 'frame', index: 9, capturedAtMs: 9 }, new Uint8Array(1));
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
    await oversized.send({ type: 'frame', index: 0, capturedAtMs: 0 }, new Uint8Array(MAX_FRAME_BYTES + 1));
    expect(oversized.ends()).toEqual([{ outcome: 'failed', codes: ['BOOTH_CHANNEL_MALFORMED'] }]);
    const malformed = await begin({ opens: true });
    await malformed.send({ type: 'openDocument', access: { kind: 'can', can: 'no digits' } });
    expect(malformed.ends()).toEqual([{ outcome: 'failed', codes: ['BOOTH_CHANNEL_MALFORMED'] }]);
  });
});
