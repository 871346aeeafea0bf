import { defineFaults, err, type Fault, ok, type Result, toBase64Url, utf8 } from '@visavis/kernel';
import { type CryptoKey, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { JWT_TYPES } from './jwt-types.ts';
import { boothOutcome, loggedEntry, processedClass } from './log-entry.ts';
import { base64Url, compactJws, randomId, thumbprint } from './primitives.ts';

export const receiptFaults = defineFaults({
  RECEIPT_INVALID: {
    stage: 'booth',
    retry: 'never',
    meaning: 'This erasure receipt was not signed by this service, or was changed.',
    nextStep: 'Download the receipt again from your account, or ask the operator with the receipt in hand.',
  },
  RECEIPT_NOT_LOGGED: {
    stage: 'booth',
    retry: 'never',
    meaning: 'The log entry that came with this erasure receipt speaks of something else.',
    nextStep: 'Download the receipt again. If it stays so, keep the file: it shows that the operator did not log what it signed.',
  },
  RECEIPT_OF_ANOTHER_BOOTH: {
    stage: 'booth',
    retry: 'never',
    meaning: 'This erasure receipt is not about the sealed room that you spoke with.',
    nextStep: 'Ask the operator for the receipt of your own enrolment.',
  },
  RECEIPT_NOT_READY: {
    stage: 'booth',
    retry: 'now',
    meaning: 'The sealed room has not been destroyed yet, or its receipt is just being written.',
    nextStep: 'Ask again in a second.',
  },
  RECEIPT_UNAVAILABLE: {
    stage: 'booth',
    retry: 'never',
    meaning: 'There is no erasure receipt for this enrolment: the service broke down before it could write one, or it was too long ago.',
    nextStep: 'A sealed room dies with the service that holds it, but nobody signed for it. Ask the operator if you want to know more.',
  },
});

/** What outlived the processing, why, and how long. */
const keptThing = z.strictObject({
  what: z.enum(['printedIdentity', 'documentNumber', 'documentTag', 'personTag', 'passkey', 'consentRecord', 'levelOfAssurance', 'documentTryCount', 'receipt', 'logCommitment']),
  why: z.string().max(200),
  until: z.string().max(200),
});

export type KeptThing = z.infer<typeof keptThing>;

/**
 * Signed by the operator when a booth's cells are dead and reaped, or when an identity was erased. States what the
 * server saw end; it can't show what a dishonest operator did beside it, which is what source, walls and audits are for.
 */
export const receiptClaims = z.discriminatedUnion('subject', [
  z.strictObject({
    subject: z.literal('booth'),
    enrolmentId: randomId,
    clientKeyThumbprint: thumbprint,
    /** SHA-256 over the channel key's 65 bytes. */
    boothKeyHash: base64Url(32).length(43),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
    outcome: boothOutcome,
    processed: z.array(processedClass).max(8),
    /** Both cells were killed and reaped before this was signed. */
    cellsReaped: z.literal(true),
    kept: z.array(keptThing).max(16),
    iat: z.int(),
  }),
  z.strictObject({
    subject: z.literal('identity'),
    endedAt: z.iso.datetime(),
    reason: z.enum(['citizen', 'inactive', 'lastCheckTooOld', 'deceased']),
    erased: z.array(z.enum(['attributes', 'devices', 'consents', 'serviceConsents', 'cases', 'notices', 'sharedProofs', 'history', 'documentTag', 'personTag', 'dataKey', 'logSalts'])).min(1),
    kept: z.array(keptThing).max(16),
    iat: z.int(),
  }),
]);
export type ReceiptClaims = z.infer<typeof receiptClaims>;

/** The file a citizen keeps: a receipt and the proof that its log entry exists. Verified offline against the pinned keys. */
export const receiptFile = z.strictObject({ receipt: compactJws, logged: loggedEntry });
export type ReceiptFile = z.infer<typeof receiptFile>;

/** What a log entry says of a receipt: SHA-256 over its compact JWS, base64url. */
export async function receiptHash(receipt: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(receipt))));
}

/** @param operatorKey ES256 private key, in the signer process. */
export async function signReceipt(claims: ReceiptClaims, operatorKey: CryptoKey): Promise<string> {
  return new SignJWT(receiptClaims.parse(claims)).setProtectedHeader({ alg: 'ES256', typ: JWT_TYPES.receipt }).sign(operatorKey);
}

/**
 * Establishes that the operator's key signed these claims. Receipts don't expire. Does not establish that the log holds
 * the receipt's entry: that is the log proof's.
 * @param operatorKey pinned by the caller
 * @faults RECEIPT_INVALID
 */
export async function verifyReceipt(receipt: string, operatorKey: JWK): Promise<Result<ReceiptClaims>> {
  const invalid = (reason: string): Result<never, Fault> => err(receiptFaults.fault('RECEIPT_INVALID', { reason }));
  let payload: unknown;
  try {
    ({ payload } = await jwtVerify(receipt, await importJWK(operatorKey, 'ES256'), { algorithms: ['ES256'], typ: JWT_TYPES.receipt }));
  } catch {
    return invalid('signature or type');
  }
  const claims = receiptClaims.safeParse(payload);
  return claims.success ? ok(claims.data) : invalid('claims');
}
