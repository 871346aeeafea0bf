import { decodeMessage, fromChipCell, MAX_MESSAGE_BYTES, type P256PublicJwk, SEAL_OVERHEAD_BYTES, type ToChipCell, type TrustAnchors } from '@visavis/contract';
import { err, type Fault, ok, type Result, utf8 } from '@visavis/kernel';
import { MAX_TRUST_ANCHOR_BYTES, packTrustAnchors } from '../cell/carry-trust-anchors.ts';
import { boothFaults, type BoothFaultCode } from '../faults.ts';
import { createBoothDeadlines } from './booth-deadlines.ts';
import type { Cell } from './cell.ts';
import type { Wait } from './cell-stock.ts';
import { isPreparedWith } from './prepare-chip-cell.ts';
import { socketPair } from './socket-pair.ts';

/**
 * Chip sessions, scripts and time that one enrolment has (architecture §3.7). Two scripts of the longest profile, done as
 * slowly as they may be, are five minutes; before them the document is laid on the reader and the camera set up.
 */
export const BOOTH_LIMITS = { chipSessions: 3, scripts: 2, lifetimeMs: 8 * 60_000 } as const;
/** All sealed bytes of one enrolment: two scripts of two and a half minutes at 12.5 frames/s of 60 kB, and a chip. */
const MAX_ENROLMENT_BYTES = 256 * 1024 * 1024;
/** All messages of one enrolment: the frames of two scripts, those that come before and after, and three readings of a chip. */
const MAX_ENROLMENT_MESSAGES = 5120;
/** A register that has not answered by then gives no answer; the citizen is told so rather than left waiting. */
const DOCUMENT_STATUS_MS = 15_000;
/** A cell that was told to start makes two P-256 key pairs and reads the trust anchors: a master list takes half a second. */
const BIRTH_MS = 10_000;
/**
 * How long a citizen whose document was accepted may wait for a face cell, told their place: with the booth's own time
 * it leaves five minutes of its certificate for the passkey.
 */
const FACE_CELL_WAIT_MS = 5 * 60_000;
/** A device hangs up as soon as it has its verdict, maybe before the cell's last words are here. */
const LAST_WORDS_MS = 500;

export interface BoothEnd {
  readonly outcome: 'accept' | 'refer' | 'reject' | 'withdrawn' | 'failed';
  readonly codes: readonly string[];
}

export interface BoothEvent {
  readonly event: string;
  readonly code?: string | undefined;
}

export interface OpenBooth {
  readonly enrolmentId: string;
  readonly clientKeyThumbprint: string;
  readonly consentId: string;
  readonly trustAnchors: TrustAnchors;
  /** Coded progress without personal data, for metrics. */
  readonly onEvent: (event: BoothEvent) => void;
  /** Counts this try of a genuine document and asks the state's register of lost and stolen ones. A rejection counts as no answer. */
  readonly documentStatus: (document: { readonly issuingState: string; readonly documentNumber: string }) => Promise<'notReported' | 'lostOrStolen' | 'holderDeceased' | 'triesExhausted'>;
}

/** One enrolment's sealed room, seen from outside: bytes in, bytes out, and its end. */
export interface Booth {
  /** Born in the chip cell, for the booth certificate. The channel key is base64url. */
  readonly keys: { readonly channelKey: string; readonly verdictKey: P256PublicJwk };
  /**
   * What arrived on the device's socket: the hello as text, sealed messages as bytes.
   * @returns a promise when the booth is behind: the caller reads nothing more from the device until it resolves
   */
  receive(message: Uint8Array | string): Promise<void> | undefined;
  /**
   * The device's socket is there; `send` is called with each sealed message for it, and returns a promise when the
   * device is behind: the booth is not listened to until it resolves.
   */
  onSend(send: (sealed: Uint8Array) => Promise<void> | undefined): void;
  /** Ends it from outside. Resolves when both cells are gone. */
  close(reason: 'BOOTH_DISCONNECTED' | 'BOOTH_SHUT_DOWN'): Promise<void>;
  /** Resolves when both cells are dead and reaped. */
  readonly ended: Promise<BoothEnd>;
}

/**
 * Gives a started chip cell its enrolment and bounds it from outside: time, bytes, one face cell, one end. This
 * process relays sealed bytes; it never holds a key of the channel nor an image.
 * @faults BOOTH_CELL_DIED, BOOTH_TRUST_ANCHORS_INVALID
 */
export async function openBooth(o: OpenBooth & { readonly chipCell: Cell; readonly takeFaceCell: (wait: Wait) => Promise<Cell | undefined>; readonly lifetimeMs: number }): Promise<Result<Booth>> {
  const { chipCell } = o;
  let faceCell: Cell | undefined;
  let askedForFace = false;
  let receivedBytes = 0;
  let receivedMessages = 0;
  let over = false;
  let send: ((sealed: Uint8Array) => Promise<void> | undefined) | undefined;
  const unsent: Uint8Array[] = [];
  const ending = new AbortController();
  let waitsForDevice = 0;
  const tellChipCell = (message: ToChipCell, tail?: Uint8Array) => chipCell.send(message, tail);

  let resolveEnded: (end: BoothEnd) => void;
  const ended = new Promise<BoothEnd>((resolve) => {
    resolveEnded = resolve;
  });
  const end = async (how: BoothEnd): Promise<void> => {
    if (over) return;
    over = true;
    deadlines.stop();
    ending.abort();
    await Promise.all([chipCell.kill(), faceCell?.kill()]);
    resolveEnded(how);
  };
  const fail = (code: BoothFaultCode): Promise<void> => end({ outcome: 'failed', codes: [code] });
  const deadlines = createBoothDeadlines({ lifetimeMs: o.lifetimeMs, onTimeOut: () => void fail('BOOTH_TIME_OUT'), onSilent: () => void fail('BOOTH_DEVICE_SILENT') });
  const died = (cell: Cell): Promise<void> => fail(cell.endedBy === 'memory' ? 'BOOTH_MEMORY_EXCEEDED' : 'BOOTH_CELL_DIED');
  void chipCell.gone.then(() => died(chipCell));

  /** To a device that reads too slowly nothing more is said until it has read. */
  const sendToDevice = async (sealed: Uint8Array): Promise<void> => {
    const behind = send?.(sealed);
    if (behind === undefined) return;
    waitsForDevice += 1;
    chipCell.pause();
    await behind;
    waitsForDevice -= 1;
    if (waitsForDevice === 0) chipCell.resume();
  };
  const attachFaceCell = async (): Promise<void> => {
    const onPlace = (place: number, estimateMs: number): void => void tellChipCell({ type: 'faceQueue', place, estimateMs });
    const taken = await deadlines.whileWaiting(o.takeFaceCell({ waitMs: FACE_CELL_WAIT_MS, onPlace, signal: ending.signal }));
    if (over && taken === undefined) return;
    if (taken === undefined) {
      tellChipCell({ type: 'noFaceCell' });
      return;
    }
    if (over) {
      await taken.kill();
      return;
    }
    faceCell = taken;
    void taken.gone.then(() => died(taken));
    const [chipEnd, faceEnd] = await socketPair();
    chipCell.attach(chipEnd);
    taken.attach(faceEnd);
    tellChipCell({ type: 'faceCellGiven' });
  };
  const askDocumentStatus = async (document: { issuingState: string; documentNumber: string }): Promise<void> => {
    let status: 'notReported' | 'lostOrStolen' | 'holderDeceased' | 'triesExhausted' | 'unavailable';
    try {
      status = await deadlines.whileWaiting(inTime(o.documentStatus(document), DOCUMENT_STATUS_MS));
    } catch {
      status = 'unavailable';
    }
    tellChipCell({ type: 'documentStatus', status });
  };

  const born = new Promise<Booth['keys'] | undefined>((resolve) => {
    const tooLate = setTimeout(() => resolve(undefined), BIRTH_MS);
    void ended.then(() => resolve(undefined));
    chipCell.onMessage((bytes) => {
      const said = decodeMessage(fromChipCell, bytes);
      if (said === undefined) return false;
      const { head, tail } = said;
      switch (head.type) {
        case 'born':
          clearTimeout(tooLate);
          resolve({ channelKey: head.channelKey, verdictKey: head.verdictKey });
          return true;
        case 'client':
          if (send === undefined) unsent.push(tail);
          else void sendToDevice(tail);
          return true;
        case 'needFaceCell':
          // One enrolment has one face cell.
          if (askedForFace) return false;
          askedForFace = true;
          attachFaceCell().catch(() => fail('BOOTH_CELL_DIED'));
          return true;
        case 'askDocumentStatus':
          void askDocumentStatus(head.document);
          return true;
        case 'event':
          if (head.event === 'capture.started') deadlines.camera(true);
          else if (head.event === 'capture.failed') deadlines.camera(false);
          o.onEvent({ event: head.event, ...(head.code === undefined ? {} : { code: head.code }) });
          return true;
        case 'ended':
          void end({ outcome: head.outcome, codes: head.codes });
          return true;
        default:
          return head satisfies never;
      }
    });
  });
  const anchors = isPreparedWith(chipCell, o.trustAnchors) ? undefined : packTrustAnchors(o.trustAnchors);
  if (anchors !== undefined && anchors.tail.length > MAX_TRUST_ANCHOR_BYTES) {
    await fail('BOOTH_TRUST_ANCHORS_INVALID');
    return err(boothFaults.fault('BOOTH_TRUST_ANCHORS_INVALID', { bytes: anchors.tail.length }));
  }
  const { enrolmentId, clientKeyThumbprint, consentId } = o;
  const limits = { chipSessions: BOOTH_LIMITS.chipSessions, scripts: BOOTH_LIMITS.scripts };
  tellChipCell({ type: 'start', enrolmentId, clientKeyThumbprint, consentId, ...(anchors === undefined ? {} : { trustAnchors: anchors.lengths }), limits }, anchors?.tail);
  const keys = await born;
  if (keys === undefined) {
    await fail('BOOTH_CELL_DIED');
    // What it said before it ended, if it said something.
    const code = (await ended).codes.find((said) => boothFaults.has(said)) ?? 'BOOTH_CELL_DIED';
    return err<Fault>(boothFaults.fault(code, { before: 'birth' }));
  }
  deadlines.born();
  return ok({
    keys,
    ended,
    receive(message) {
      const bytes = typeof message === 'string' ? utf8(message) : message;
      receivedBytes += bytes.length;
      receivedMessages += 1;
      if (bytes.length > MAX_MESSAGE_BYTES + SEAL_OVERHEAD_BYTES || receivedBytes > MAX_ENROLMENT_BYTES || receivedMessages > MAX_ENROLMENT_MESSAGES) void fail('BOOTH_TOO_MUCH_SENT');
      else if (!over) {
        deadlines.heard();
        if (!tellChipCell({ type: 'client', text: typeof message === 'string' }, bytes)) return chipCell.drained();
      }
      return undefined;
    },
    onSend(next) {
      send = next;
      deadlines.connected();
      for (const sealed of unsent.splice(0)) void sendToDevice(sealed);
    },
    async close(reason) {
      if (reason === 'BOOTH_DISCONNECTED') await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))]);
      await fail(reason);
      await ended;
    },
  });
}

/** What is promised, or a rejection when it takes longer. */
async function inTime<T>(promised: Promise<T>, mostMs: number): Promise<T> {
  let tooLate: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      promised,
      new Promise<never>((_resolve, reject) => {
        tooLate = setTimeout(() => reject(new Error('too late')), mostMs);
      }),
    ]);
  } finally {
    clearTimeout(tooLate);
  }
}
