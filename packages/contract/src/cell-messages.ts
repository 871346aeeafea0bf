import { z } from 'zod';
import { captureAction, captureHint, challengeProfile, screenRgb } from './booth-messages.ts';
import { base64Url, p256PublicJwk, randomId, thumbprint } from './primitives.ts';
import { printedDocument } from './verdict.ts';

/** How long each certificate and list is. The DER itself is the message's tail, in this order: a real master list is larger than a head may be. */
const trustAnchorLengths = z.strictObject({ cscaCertificateBytes: z.array(z.int().min(0)).max(2000), crlBytes: z.array(z.int().min(0)).max(500) });

/**
 * Parent ↔ chip cell, over the cell's standard input and output: 4 bytes big-endian length, then one message framed
 * as `encodeMessage` frames it. `client` carries the socket's bytes as the tail, unread.
 */
export const toChipCell = z.discriminatedUnion('type', [
  /** Ahead of `start`, to be read while nobody waits. */
  z.strictObject({ type: z.literal('trustAnchors'), trustAnchors: trustAnchorLengths }),
  z.strictObject({
    type: z.literal('start'),
    enrolmentId: randomId,
    clientKeyThumbprint: thumbprint,
    consentId: randomId,
    /** Left out: those that came ahead. */
    trustAnchors: trustAnchorLengths.optional(),
    limits: z.strictObject({ chipSessions: z.int(), scripts: z.int() }),
  }),
  z.strictObject({ type: z.literal('client'), text: z.boolean() }),
  /** `unavailable`: the register gave no answer; `triesExhausted`: this document was tried too often in a day. Both refer. */
  z.strictObject({ type: z.literal('documentStatus'), status: z.enum(['notReported', 'lostOrStolen', 'holderDeceased', 'unavailable', 'triesExhausted']) }),
  /** All face cells are taken: where this enrolment stands among those who wait for one. */
  z.strictObject({ type: z.literal('faceQueue'), place: z.int().min(1), estimateMs: z.int().min(0) }),
  /** One was given: its private socket comes over the IPC channel. */
  z.strictObject({ type: z.literal('faceCellGiven') }),
  /** None became free in time. */
  z.strictObject({ type: z.literal('noFaceCell') }),
]);
export type ToChipCell = z.infer<typeof toChipCell>;

export const fromChipCell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('born'), channelKey: base64Url(65), verdictKey: p256PublicJwk }),
  z.strictObject({ type: z.literal('client') }),
  /** Asked once the chip proved genuine: only then does a face cell leave the pool. */
  z.strictObject({ type: z.literal('needFaceCell') }),
  z.strictObject({ type: z.literal('askDocumentStatus'), document: printedDocument.pick({ issuingState: true, documentNumber: true }) }),
  /** Coded progress for metrics; no personal data. */
  z.strictObject({ type: z.literal('event'), event: z.string().regex(/^[a-zA-Z.]{1,40}$/), code: z.string().max(64).optional() }),
  /** Last words. */
  z.strictObject({ type: z.literal('ended'), outcome: z.enum(['accept', 'refer', 'reject', 'withdrawn', 'failed']), codes: z.array(z.string().max(64)).max(32) }),
]);
export type FromChipCell = z.infer<typeof fromChipCell>;

/** Chip cell → face cell, over their private socket, framed the same. `portrait` and `frame` carry an image as the tail. */
export const toFaceCell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('portrait'), mediaType: z.enum(['image/jpeg', 'image/jp2']) }),
  z.strictObject({
    type: z.literal('script'),
    profile: challengeProfile,
    steps: z
      .array(
        z.strictObject({
          action: captureAction,
          timeoutMs: z.int().positive(),
          /** Random rest before the prompt. */
          pauseMs: z.int().min(0),
          /** Of `watchScreen` only: what shines, one after the other, and for how long each. */
          light: z.strictObject({ symbolMs: z.int().positive(), colours: z.array(screenRgb).min(1).max(32).readonly() }).optional(),
        }),
      )
      .min(1)
      .max(16),
  }),
  z.strictObject({ type: z.literal('frame'), index: z.int().min(0), capturedAtMs: z.number(), /** By the chip cell's clock. */ receivedAtMs: z.number() }),
  z.strictObject({ type: z.literal('endOfStream') }),
]);
export type ToFaceCell = z.infer<typeof toFaceCell>;

const checkOutcome = z.union([
  z.strictObject({ check: z.string().max(64), status: z.literal('pass') }),
  z.strictObject({ check: z.string().max(64), status: z.literal('fail'), code: z.string().regex(/^[A-Z0-9_]{3,64}$/) }),
  z.strictObject({ check: z.string().max(64), status: z.literal('notRun'), reason: z.string().max(64) }),
]);

/** Face cell → chip cell. Never an image, an embedding or a score history. */
export const fromFaceCell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('portraitReady'), check: checkOutcome }),
  z.strictObject({ type: z.literal('prompt'), index: z.int().min(0), count: z.int().min(1), action: captureAction, timeoutMs: z.int().positive() }),
  z.strictObject({ type: z.literal('actionSeen'), index: z.int().min(0) }),
  z.strictObject({ type: z.literal('screenLight'), rgb: screenRgb.nullable() }),
  z.strictObject({ type: z.literal('hint'), hint: captureHint }),
  z.strictObject({ type: z.literal('captureComplete') }),
  z.strictObject({ type: z.literal('report'), policyVersion: z.string().max(64), checks: z.array(checkOutcome).min(1).max(32) }),
]);
export type FromFaceCell = z.infer<typeof fromFaceCell>;
