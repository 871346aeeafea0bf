import { type P256PublicJwk, receiptFaults, receiptFile, signPossession } from '@visavis/contract';
import { type Clock, err, ok, type PublicFault, type Result, toPublic } from '@visavis/kernel';
import { logFaults } from '@visavis/log';
import type { ClientKey } from '../channel/client-key.ts';
import type { ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';
import { type VerifiedReceipt, verifyReceiptFile } from './verify-receipt-file.ts';

/** Cells die within a tenth of a second and the log takes entries at once; a server that is under load or restarts its signer needs longer. */
const MAX_WAIT_MS = 15_000;
const ASK_AGAIN_MS = 250;
/** Of a call that did not get through. */
const MAX_LOST = 3;

/** The receipt of one's own sealed room, or why there is none, in words. */
export type ReceiptOutcome = Result<VerifiedReceipt, PublicFault>;

/**
 * Fetches the erasure receipt of one's own sealed room, waiting for its end, and verifies it against the pinned keys.
 * @param o.boothKeyHash of the booth that this device spoke with
 * @faults RECEIPT_UNAVAILABLE RECEIPT_NOT_READY RECEIPT_INVALID RECEIPT_NOT_LOGGED RECEIPT_OF_ANOTHER_BOOTH LOG_* NETWORK_CUT SERVER_ANSWER_INVALID, and what the server told
 */
export async function fetchReceipt(o: {
  readonly server: ServerPort;
  readonly enrolmentId: string;
  readonly clientKey: ClientKey;
  readonly boothKeyHash: string;
  readonly operatorKey: P256PublicJwk;
  readonly logKey: string;
  readonly clock: Clock;
}): Promise<ReceiptOutcome> {
  const { server, enrolmentId, clientKey, clock } = o;
  const ask = async () => callServer(server, { method: 'POST', path: `/api/enrolments/${enrolmentId}/receipt`, body: { possession: await signPossession({ enrolmentId, action: 'receipt', ...clientKey, atMs: clock() }) }, answer: receiptFile });
  let waitedMs = 0;
  let lost = 0;
  let told = await ask();
  while (!told.ok && waitedMs < MAX_WAIT_MS) {
    if (told.fault.code !== 'RECEIPT_NOT_READY') lost += 1;
    if (told.fault.retry !== 'now' || lost >= MAX_LOST) break;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    waitedMs += ASK_AGAIN_MS;
    told = await ask();
  }
  if (!told.ok) return told;
  const verified = await verifyReceiptFile(told.value, o);
  if (!verified.ok) return err(toPublic(verified.fault, receiptFaults, logFaults));
  const { claims } = verified.value;
  const own = claims.subject === 'booth' && claims.enrolmentId === enrolmentId && claims.boothKeyHash === o.boothKeyHash && claims.clientKeyThumbprint === clientKey.thumbprint;
  return own ? ok(verified.value) : err(toPublic(receiptFaults.fault('RECEIPT_OF_ANOTHER_BOOTH'), receiptFaults));
}
