/**
 * The chip cell: pure TypeScript, one enrolment, then dead. Standard input and output are the parent's; the IPC
 * channel brings one thing, the private stream to the face cell. Nothing is logged.
 */
import { randomFillSync } from 'node:crypto';
import type { Socket } from 'node:net';
import { decodeMessage, encodeMessage, type FromChipCell, fromFaceCell, toChipCell, type ToFaceCell } from '@visavis/contract';
import { defaultTrustPolicy, emrtdFaults, openTrustStore, readDocument, verifyAuthenticity } from '@visavis/emrtd';
import { drawScript } from '@visavis/face/liveness';
import { faceFaults } from '@visavis/face/policy';
import { toBase64Url } from '@visavis/kernel';
import { MAX_TRUST_ANCHOR_BYTES, unpackTrustAnchors } from '../cell/carry-trust-anchors.ts';
import { createFrameReader, frameForStream, MAX_CELL_MESSAGE_BYTES } from '../cell/framed-stream.ts';
import { refuseToServe, tellReady } from '../cell/tell-start.ts';
import { wipe } from '../cell/wipe.ts';
import { hpkeSuite } from '../channel/suite.ts';
import { decisionPolicyWith } from '../decision/decision-policy.ts';
import { facePolicyInForce, readOperatorsFace } from '../decision/face-policy-in-force.ts';
import { boothFaults } from '../faults.ts';
import { type Birth, Enrolment, type Ports, type Rooms } from './enrolment.ts';

const face = await facePolicyInForce(readOperatorsFace(process.argv.slice(2)));
if (!face.ok) throw await refuseToServe(face.fault);
const facePolicy = face.value;

const rooms: Rooms = {
  // Deviation lists are for those who look into single documents; in a booth they would change nothing (policy: report).
  openTrustStore: (anchors) => openTrustStore({ ...anchors, deviationLists: [], policy: defaultTrustPolicy }),
  readDocument,
  verifyAuthenticity,
  drawScript: (random, profile) => drawScript({ random, policy: facePolicy, profile }).steps,
  returnTimeoutMs: facePolicy.script.returnTimeoutMs.value,
  facePolicyVersion: facePolicy.version,
  decisionPolicy: decisionPolicyWith(facePolicy),
  faceFaults,
  catalogues: [boothFaults, emrtdFaults, faceFaults],
};

let enrolment: Enrolment | undefined;
let faceCell: Socket | undefined;
const forFaceCell: Uint8Array[] = [];

/** Inputs that may wait for their turn; beyond, what the device sends waits in the pipe, then in the parent, then in the network. */
const MAX_WAITING_INPUTS = 8;
/** Frames that wait for a face cell that does not read. Beyond, they are left out, as that cell itself leaves them out. */
const MAX_WAITING_FRAME_BYTES = 4 * 1024 * 1024;

/** One input at a time, in the order of arrival. A rejection ends the process: the parent voids the attempt. */
let turn = Promise.resolve();
let waitingInputs = 0;
const inTurn = (act: () => Promise<void>): void => {
  waitingInputs += 1;
  if (waitingInputs > MAX_WAITING_INPUTS) process.stdin.pause();
  const take = async (before: Promise<void>): Promise<void> => {
    await before;
    await act();
    waitingInputs -= 1;
    if (waitingInputs <= MAX_WAITING_INPUTS) process.stdin.resume();
  };
  turn = take(turn);
};

const ports: Ports = {
  tellParent: (message: FromChipCell, tail) => {
    process.stdout.write(frameForStream(encodeMessage(message, tail)));
  },
  tellFaceCell: (message: ToFaceCell, tail) => {
    if (message.type === 'frame' && faceCell !== undefined && faceCell.writableLength > MAX_WAITING_FRAME_BYTES) return;
    const plain = encodeMessage(message, tail);
    const framed = frameForStream(plain);
    wipe(plain);
    if (faceCell === undefined) forFaceCell.push(framed);
    else faceCell.write(framed, () => wipe(framed));
  },
  after: (delayMs, then) => {
    setTimeout(() => inTurn(then), delayMs);
  },
  clock: Date.now,
  random: (n) => randomFillSync(new Uint8Array(n)),
};

/** The operator's anchors as they were read ahead; nothing is genuine before they came. */
let readAhead: ReturnType<Rooms['openTrustStore']> | undefined;

function openAnchors(lengths: Parameters<typeof unpackTrustAnchors>[0], anchorBytes: Uint8Array): ReturnType<Rooms['openTrustStore']> {
  const anchors = unpackTrustAnchors(lengths, anchorBytes);
  if (anchors === undefined) throw new TypeError('the parent speaks another language');
  return rooms.openTrustStore(anchors);
}

async function beBorn(start: Birth['start'], anchorBytes: Uint8Array): Promise<void> {
  const trustStore = start.trustAnchors === undefined ? readAhead : openAnchors(start.trustAnchors, anchorBytes);
  if (trustStore === undefined) throw new TypeError('the parent gave no trust anchors');
  if (!trustStore.ok) {
    ports.tellParent({ type: 'ended', outcome: 'failed', codes: ['BOOTH_TRUST_ANCHORS_INVALID', trustStore.fault.code] });
    return;
  }
  const channelKeys = await hpkeSuite.kem.generateKeyPair();
  const channelKey = new Uint8Array(await hpkeSuite.kem.serializePublicKey(channelKeys.publicKey));
  const verdictKeys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', verdictKeys.publicKey);
  enrolment = new Enrolment({ start, channelKeys, channelKey, verdictKey: verdictKeys.privateKey }, trustStore.value, ports, rooms);
  ports.tellParent({ type: 'born', channelKey: toBase64Url(channelKey), verdictKey: { kty: 'EC', crv: 'P-256', x, y } });
}

const readParent = createFrameReader((bytes) => {
  const said = decodeMessage(toChipCell, bytes);
  if (said === undefined) throw new TypeError('the parent speaks another language');
  const { head, tail } = said;
  inTurn(async () => {
    switch (head.type) {
      case 'trustAnchors':
        if (enrolment === undefined) readAhead = openAnchors(head.trustAnchors, tail);
        return;
      case 'start':
        if (enrolment === undefined) await beBorn(head, tail);
        return;
      case 'client':
        await enrolment?.onClient(tail, head.text);
        return;
      case 'documentStatus':
        await enrolment?.onDocumentStatus(head.status);
        return;
      case 'faceQueue':
        await enrolment?.onFaceQueue(head.place, head.estimateMs);
        return;
      case 'faceCellGiven':
        await enrolment?.onFaceCellGiven();
        return;
      case 'noFaceCell':
        await enrolment?.onNoFaceCell();
        return;
    }
  });
}, MAX_CELL_MESSAGE_BYTES + MAX_TRUST_ANCHOR_BYTES);
process.stdin.on('data', (chunk: Buffer) => {
  if (!readParent(chunk)) throw new TypeError('the parent speaks another language');
});
// Without a parent there is nobody to work for.
const leave = (): void => process.exit(0);
process.stdin.on('end', leave);
process.on('disconnect', leave);

const readFaceCell = createFrameReader((bytes) => {
  const said = decodeMessage(fromFaceCell, bytes);
  // No report has a tail: one that comes with bytes carries something out.
  if (said === undefined || said.tail.length > 0) throw new TypeError('the face cell speaks another language');
  inTurn(async () => enrolment?.onFaceCell(said.head));
});
process.once('message', (_message, socket: Socket | undefined) => {
  // The channel ends with what it brought.
  process.off('disconnect', leave);
  if (socket === undefined) throw new TypeError('no stream attached');
  faceCell = socket;
  socket.on('data', (chunk: Buffer) => {
    if (!readFaceCell(chunk)) throw new TypeError('the face cell speaks another language');
  });
  // Its end is the parent's to see: it reaps both.
  socket.on('error', () => {});
  for (const framed of forFaceCell.splice(0)) socket.write(framed, () => wipe(framed));
  socket.resume();
});

tellReady();
