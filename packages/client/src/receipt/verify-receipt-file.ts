import { type LogEntry, type ReceiptClaims, type ReceiptFile, readLogEntry, receiptFaults, receiptFile, receiptHash, verifyReceipt } from '@visavis/contract';
import { err, type Fault, ok, type Result } from '@visavis/kernel';
import { verifyLoggedEntry } from '@visavis/log';
import type { JWK } from 'jose';

/** What a receipt shows once it was verified. */
export interface VerifiedReceipt {
  readonly file: ReceiptFile;
  readonly claims: ReceiptClaims;
  /** Place of its entry in the log, and the log's size when the proof was made. */
  readonly logged: { readonly index: number; readonly size: number; readonly at: string };
}

/**
 * Establishes, offline, that the operator's key signed this erasure receipt and that the log contains the commitment to
 * an entry about exactly this receipt, under a state that the log's key signed. Does not establish that what the receipt
 * says is so: a dishonest operator can sign what it likes, but not without everybody being able to show it.
 * @param file from anybody
 * @param pinned keys that the caller trusts
 * @faults RECEIPT_INVALID RECEIPT_NOT_LOGGED LOG_OPENING_INVALID LOG_PROOF_INVALID LOG_CHECKPOINT_INVALID LOG_KEY_INVALID
 */
export async function verifyReceiptFile(file: unknown, pinned: { readonly operatorKey: JWK; readonly logKey: string }): Promise<Result<VerifiedReceipt, Fault>> {
  const parsed = receiptFile.safeParse(file);
  if (!parsed.success) return err(receiptFaults.fault('RECEIPT_INVALID', { reason: 'form' }));
  const { receipt, logged } = parsed.data;
  const claims = await verifyReceipt(receipt, pinned.operatorKey);
  if (!claims.ok) return claims;
  const proven = verifyLoggedEntry(logged, pinned.logKey);
  if (!proven.ok) return proven;
  const entry = readLogEntry(proven.value.text);
  if (entry === undefined || !speaksOf(entry, claims.value) || entry.receiptHash !== (await receiptHash(receipt))) return err(receiptFaults.fault('RECEIPT_NOT_LOGGED'));
  return ok({ file: parsed.data, claims: claims.value, logged: { index: proven.value.index, size: proven.value.size, at: entry.at } });
}

function speaksOf(entry: LogEntry, claims: ReceiptClaims): entry is Extract<LogEntry, { kind: 'boothEnded' | 'identityErased' }> {
  if (claims.subject === 'booth') return entry.kind === 'boothEnded' && entry.boothKeyHash === claims.boothKeyHash && entry.outcome === claims.outcome;
  return entry.kind === 'identityErased' && entry.reason === claims.reason;
}
