import { setTimeout as sleep } from 'node:timers/promises';
import { type BoothOutcome, type LoggedEntry, type ReceiptClaims, receiptHash } from '@visavis/contract';
import { keepReceipt, type Registry } from '@visavis/registry';
import type { EventLog } from '../event-log.ts';
import { type OperatorSigner, SignerRefused } from '../operator-signer.ts';
import { whatWasKept } from './what-was-kept.ts';
import { whatWasProcessed } from './what-was-processed.ts';

/** Signer or database may be away for a moment; a citizen who waits longer than these together is told that there is none. */
const TRY_AGAIN_AFTER_MS = [500, 2000, 5000] as const;

/** A sealed room whose cells are dead and reaped. */
export interface EndedBooth {
  readonly enrolmentId: string;
  readonly clientKeyThumbprint: string;
  readonly boothKeyHash: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: BoothOutcome;
  readonly events: ReadonlySet<string>;
}

/**
 * Has the erasure receipt of a sealed room signed, logs it, and keeps it with the enrolment. Resolves also when that did
 * not succeed: then there is no receipt, and the citizen is told so.
 * @param pause between tries
 * @returns whether there is a receipt now
 */
export async function writeReceipt(o: { readonly registry: Registry; readonly signer: OperatorSigner; readonly log: EventLog }, booth: EndedBooth, pause: (ms: number) => Promise<unknown> = sleep): Promise<boolean> {
  const { enrolmentId, clientKeyThumbprint, boothKeyHash, outcome, events } = booth;
  const endedAt = new Date(booth.endedAtMs).toISOString();
  const claims: ReceiptClaims = {
    subject: 'booth',
    enrolmentId,
    clientKeyThumbprint,
    boothKeyHash,
    startedAt: new Date(booth.startedAtMs).toISOString(),
    endedAt,
    outcome,
    processed: whatWasProcessed(events),
    cellsReaped: true,
    kept: whatWasKept(outcome, events),
    iat: Math.floor(o.registry.clock() / 1000),
  };
  // What was done stays done when a later step fails: one room has one receipt and, but for a lost answer, one entry.
  let receipt: string | undefined;
  let logged: LoggedEntry | undefined;
  for (const waitMs of [...TRY_AGAIN_AFTER_MS, undefined]) {
    try {
      receipt ??= await o.signer.signReceipt(claims);
      logged ??= await o.registry.log.append({ kind: 'boothEnded', at: endedAt, boothKeyHash, outcome, receiptHash: await receiptHash(receipt) });
      await keepReceipt(o.registry, enrolmentId, { receipt, logged });
      return true;
    } catch (error) {
      o.log({ event: 'receipt.failed', ...(error instanceof SignerRefused ? { code: error.fault.code } : {}) });
      if (waitMs !== undefined) await pause(waitMs);
    }
  }
  return false;
}
