import { z } from 'zod';
import { passkeyAnswer } from './account-api.ts';
import { loggedEntry } from './log-entry.ts';
import { compactJws, p256PublicJwk, publicFault, randomId } from './primitives.ts';
import { levelOfAssurance, printedIdentity } from './verdict.ts';

/**
 * Citizen's device ↔ server, JSON over HTTP. Every refusal is `{ fault: PublicFault }` with a 4xx or 5xx status.
 *
 * | call | body | answer |
 * |---|---|---|
 * | `POST /api/enrolments` | createEnrolment | 201 enrolmentCreated; 202 enrolmentQueued: ask again with the same request id; 503 BOOTH_QUEUE_FULL |
 * | `WS /api/enrolments/:id/booth` | hello, then sealed messages | sealed messages |
 * | `POST /api/enrolments/:id/receipt` | provenRequest (`receipt`) | 200 receiptFile; 503 RECEIPT_NOT_READY; 410 RECEIPT_UNAVAILABLE |
 * | `POST /api/enrolments/:id/withdraw` | provenRequest (`withdraw`) | 204 |
 * | `POST /api/enrolments/:id/passkey-options` | provenRequest (`passkeyOptions`) | 200 `PublicKeyCredentialCreationOptionsJSON` |
 * | `POST /api/enrolments/:id/renewal-options` | provenRequest (`renewalOptions`) | 200 passkeyChallenge |
 * | `POST /api/enrolments/:id/identity` | bindIdentity (`bind`) | 201 identityBound; the same answer again for the same request |
 */
export const consentGiven = z.strictObject({
  /** Explicit and separate, GDPR art. 9(2)(a): the face is compared with the chip's portrait, once. */
  faceProcessing: z.literal(true),
  /** A digital identity is made from the document. */
  identityCreation: z.literal(true),
  /** Which text was shown. */
  textVersion: z.string().regex(/^[a-z0-9.-]{1,32}$/),
  language: z.string().regex(/^[a-z]{2}$/),
});
export type ConsentGiven = z.infer<typeof consentGiven>;

export const createEnrolment = z.strictObject({ /** Made by the client: asking again with the same id gives the same answer. */ requestId: randomId, clientKey: p256PublicJwk, consent: consentGiven });
export type CreateEnrolment = z.infer<typeof createEnrolment>;

export const enrolmentCreated = z.strictObject({
  enrolmentId: randomId,
  boothCertificate: compactJws,
  /** The `boothOpened` entry of exactly these keys, logged before they were certified. */
  boothLogged: loggedEntry,
  limits: z.strictObject({ chipSessions: z.int(), scripts: z.int(), lifetimeMs: z.int() }),
});
export type EnrolmentCreated = z.infer<typeof enrolmentCreated>;

/** No sealed room is free: a place in the queue, kept while it is asked for. Ask again with the same body. */
export const enrolmentQueued = z.strictObject({
  queued: z.strictObject({ /** 1 is next. */ place: z.int().min(1), /** From how long rooms were in use of late: most people wait less. */ estimateMs: z.int().min(0), askAgainAfterMs: z.int().min(0) }),
});
export type EnrolmentQueued = z.infer<typeof enrolmentQueued>;

export const provenRequest = z.strictObject({ possession: compactJws });

export const bindIdentity = z
  .strictObject({
    possession: compactJws,
    verdict: compactJws,
    boothCertificate: compactJws,
    /** For a new identity: WebAuthn `RegistrationResponseJSON`, checked by the WebAuthn library. */
    passkey: z.record(z.string(), z.unknown()).optional(),
    /** Instead, for the identity one already has: the answer to `renewal-options` by a passkey of it. It moves to this document. */
    renewal: passkeyAnswer.optional(),
  })
  .refine(({ passkey, renewal }) => (passkey === undefined) !== (renewal === undefined), 'a new passkey or one that is there already');
export type BindIdentity = z.infer<typeof bindIdentity>;

export const identityBound = z.strictObject({ person: printedIdentity, levelOfAssurance, /** A session cookie is set too. */ createdAt: z.iso.datetime() });
export type IdentityBound = z.infer<typeof identityBound>;

export const faultBody = z.strictObject({ fault: publicFault });

/** `GET /api/configuration`: what a client must know before it starts. */
export const clientConfiguration = z.strictObject({
  /** The operator's public key. A web page trusts the host that serves it; the command line pins its own copy. */
  operatorKey: p256PublicJwk,
  /** The transparency log's C2SP verifier key, to be pinned likewise. */
  logKey: z.string().max(400),
  consentTextVersion: z.string(),
  /** Set in the demo only: where the made-up state mints passports and plays their chips. */
  specimenStateUrl: z.url().optional(),
  /** Shown as a link after enrolment in the demo. */
  demoServiceUrl: z.url().optional(),
  /** In the demo only: developers register services at `/developers`. */
  sandbox: z.literal(true).optional(),
});
export type ClientConfiguration = z.infer<typeof clientConfiguration>;
