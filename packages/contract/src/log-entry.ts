import { z } from 'zod';
import { base64Url, thumbprint } from './primitives.ts';

/** SHA-256, base64url. */
const sha256 = base64Url(32).length(43);
const at = z.iso.datetime();

/** Which kind of personal data a sealed room worked on. A room that never got that far does not name it. */
export const processedClass = z.enum(['documentAccessKey', 'chipDocumentData', 'chipPortrait', 'faceImages', 'faceTemplates', 'headMovements']);
export type ProcessedClass = z.infer<typeof processedClass>;

export const boothOutcome = z.enum(['accept', 'refer', 'reject', 'withdrawn', 'failed']);
export type BoothOutcome = z.infer<typeof boothOutcome>;

/**
 * What the transparency log commits to. The log itself holds nothing of it: each leaf is HMAC-SHA-256 of the entry's
 * JSON text under a random salt. Whoever holds salt and text can show the entry to anybody; once the salt is erased
 * nobody can.
 */
export const logEntry = z.discriminatedUnion('kind', [
  /** Before a booth's keys are given to anybody. `boothKeyHash` is SHA-256 over the channel key's 65 bytes. */
  z.strictObject({ kind: z.literal('boothOpened'), at, boothKeyHash: sha256, verdictKeyThumbprint: thumbprint }),
  /** Both cells are dead and reaped. `receiptHash` is SHA-256 over the erasure receipt's compact JWS. A refusal is an outcome here. */
  z.strictObject({ kind: z.literal('boothEnded'), at, boothKeyHash: sha256, outcome: boothOutcome, receiptHash: sha256 }),
  /** Salts of these four are in the identity's own record of the key store and die with it. */
  z.strictObject({ kind: z.literal('identityMade'), at, identityId: z.string(), pathway: z.enum(['face', 'counter']), levelOfAssurance: z.enum(['eidas1', 'eidas2', 'eidas3']) }),
  z.strictObject({ kind: z.literal('identityRenewed'), at, identityId: z.string(), pathway: z.enum(['face', 'counter']) }),
  z.strictObject({ kind: z.literal('identityRecovered'), at, identityId: z.string(), pathway: z.enum(['face', 'counter']) }),
  z.strictObject({ kind: z.literal('deviceAdded'), at, identityId: z.string(), deviceId: z.string() }),
  z.strictObject({ kind: z.literal('deviceRevoked'), at, identityId: z.string(), deviceId: z.string() }),
  /** An agent opened a citizen's record at a counter, and why. */
  z.strictObject({ kind: z.literal('agentAccess'), at, identityId: z.string(), agentId: z.string(), purpose: z.string().max(200) }),
  /** Its salt goes to the citizen with the receipt and is kept nowhere else. */
  z.strictObject({ kind: z.literal('identityErased'), at, reason: z.enum(['citizen', 'inactive', 'lastCheckTooOld', 'deceased']), receiptHash: sha256 }),
  /** Public: what the operator changed. `sha256` over the file or key as the server read it. */
  z.strictObject({ kind: z.literal('policyChanged'), at, policy: z.enum(['decision', 'face', 'retention']), version: z.string().max(64), sha256 }),
  z.strictObject({ kind: z.literal('trustStoreChanged'), at, certificates: z.int().min(0), revocationLists: z.int().min(0), sha256 }),
  z.strictObject({ kind: z.literal('keyRotated'), at, key: z.enum(['operator', 'log', 'signIn']), sha256 }),
  /** A service may ask citizens to sign in, or may no more. `sha256` over what is public of it, as canonical JSON. */
  z.strictObject({ kind: z.literal('serviceChanged'), at, clientId: z.string().max(64), change: z.enum(['registered', 'withdrawn']), by: z.string().min(1).max(80), sha256 }),
  /** What somebody at a counter did. `subject` is the random id of a visit or of an agent. */
  z.strictObject({ kind: z.literal('deskAct'), at, agentId: z.string().max(64), act: z.enum(['agentInvited', 'agentWithdrawn', 'agentRegistered', 'sessionStarted', 'visitOpened', 'visitAttested', 'visitConfirmed', 'visitRefused']), subject: z.string().max(64) }),
  /** Public: what a day came to. `sha256` over the published text. */
  z.strictObject({ kind: z.literal('dayCounted'), at, day: z.iso.date(), sha256 }),
]);
export type LogEntry = z.infer<typeof logEntry>;

/** The entry that a verified text is; undefined when it is none of ours. */
export function readLogEntry(text: string): LogEntry | undefined {
  try {
    return logEntry.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What opens one commitment: `text` is the entry's JSON exactly as it was committed to. */
export const logOpening = z.strictObject({ /** 32 bytes. */ salt: base64Url(32).length(43), text: z.string().max(2000) });
export type LogOpening = z.infer<typeof logOpening>;

/** An opening and its inclusion: a C2SP tlog-proof under a checkpoint that the log's key signed. */
export const loggedEntry = z.strictObject({ opening: logOpening, proof: z.string().max(16_384) });
export type LoggedEntry = z.infer<typeof loggedEntry>;
