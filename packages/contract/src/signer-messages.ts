import { defineFaults, type Fault } from '@visavis/kernel';
import { z } from 'zod';
import { boothCertificateClaims } from './booth-certificate.ts';
import { receiptClaims } from './erasure-receipt.ts';
import { loggedEntry } from './log-entry.ts';
import { p256PublicJwk } from './primitives.ts';

/**
 * Server ↔ signer, one JSON message a line over a Unix socket. The signer signs these typed things and nothing else:
 * there is no call that signs bytes.
 */
export const signerFaults = defineFaults({
  SIGNER_UNAVAILABLE: { stage: 'booth', retry: 'now', meaning: 'The part of the service that holds its signing keys did not answer.', nextStep: 'Try again in a minute. No picture and no name was kept.' },
  SIGNER_KEYS_CHANGED: { stage: 'booth', retry: 'never', meaning: 'The part of the service that signs has other keys than it had before.', nextStep: 'Try again later. The service must be repaired.' },
  SIGNER_FAILED: { stage: 'booth', retry: 'now', meaning: 'The part of the service that holds its signing keys could not keep what it has to keep.', nextStep: 'Try again in a minute. No picture and no name was kept.' },
  SIGNER_REQUEST_INVALID: { stage: 'booth', retry: 'never', meaning: 'The signer was asked for something that it does not sign.', nextStep: 'Try again later. The service must be repaired.' },
  SIGNER_CERTIFICATE_TIMES_INVALID: { stage: 'booth', retry: 'never', meaning: 'The signer was asked to certify a sealed room for too long, or for another time than now.', nextStep: 'Try again later. The clocks of the service must be set.' },
  SIGNER_BOOTH_NOT_LOGGED: { stage: 'booth', retry: 'never', meaning: 'The signer was asked to certify a sealed room whose keys are not in the public log.', nextStep: 'Start again. Nothing was sent.' },
  SIGNER_BOOTH_ALREADY_CERTIFIED: { stage: 'booth', retry: 'never', meaning: 'The signer was asked to certify one sealed room for a second enrolment.', nextStep: 'Start again. Nothing was sent.' },
  SIGNER_RECEIPT_TIMES_INVALID: { stage: 'booth', retry: 'never', meaning: 'The signer was asked for a receipt with times that can not be.', nextStep: 'Try again later. The clocks of the service must be set.' },
  SIGNER_CHECKPOINT_INVALID: { stage: 'log', retry: 'never', meaning: 'The signer was asked to sign a state of another log, or one that is ill-formed.', nextStep: 'Try again later. The service must be repaired.' },
  SIGNER_CHECKPOINT_FORKED: { stage: 'log', retry: 'never', meaning: 'The signer was asked to sign a second, different state of the log at one size.', nextStep: 'The log is closed until the operator has explained this in public.' },
  SIGNER_CHECKPOINT_SHRUNK: { stage: 'log', retry: 'never', meaning: 'The signer was asked to sign a state of the log that has lost entries.', nextStep: 'The log is closed until the operator has explained this in public.' },
  SIGNER_CHECKPOINT_INCONSISTENT: { stage: 'log', retry: 'never', meaning: 'The signer was asked to sign a state of the log that does not contain the one it signed before.', nextStep: 'The log is closed until the operator has explained this in public.' },
});
export type SignerFaultCode = keyof typeof signerFaults.entries;
export type SignerFault = Fault<SignerFaultCode>;

/** A booth certificate's request, the largest, holds a proof of at most 16 KiB and an opening of at most 2 KiB, JSON-escaped. */
export const MAX_SIGNER_MESSAGE_BYTES = 64 * 1024;

/** A consistency proof of a log with 2^53 entries has at most 54 hashes; each is 32 bytes in Base64. */
const consistency = z.array(z.string().length(44)).max(64);

const requestId = z.int().min(0);

export const toSigner = z.discriminatedUnion('type', [
  z.strictObject({ id: requestId, type: z.literal('describe') }),
  z.strictObject({ id: requestId, type: z.literal('certifyBooth'), claims: boothCertificateClaims, logged: loggedEntry }),
  z.strictObject({ id: requestId, type: z.literal('signReceipt'), claims: receiptClaims }),
  z.strictObject({ id: requestId, type: z.literal('signCheckpoint'), /** Unsigned note text. */ checkpoint: z.string().max(512), consistency }),
]);
export type ToSigner = z.infer<typeof toSigner>;

export const fromSigner = z.discriminatedUnion('type', [
  z.strictObject({ id: requestId, type: z.literal('described'), operatorKey: p256PublicJwk, /** C2SP verifier key. */ logKey: z.string().max(400) }),
  z.strictObject({ id: requestId, type: z.literal('signed'), signed: z.string().max(16_384) }),
  /** `id` is -1 when the request could not be read. */
  z.strictObject({ id: z.int().min(-1), type: z.literal('refused'), code: z.string().max(64), reason: z.string().max(64) }),
]);
export type FromSigner = z.infer<typeof fromSigner>;
