import { type ReceiptClaims, type SignerFault, signerFaults, signReceipt } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { CLOCK_LEEWAY_S } from './clock-leeway.ts';
import type { SignerKeys } from './open-keys.ts';

/**
 * Signs an erasure receipt whose form and times are right. That what it says is so, this process can't see.
 * @faults SIGNER_RECEIPT_TIMES_INVALID
 */
export async function signErasureReceipt(claims: ReceiptClaims, keys: SignerKeys, nowMs: number): Promise<Result<string, SignerFault>> {
  const ended = Date.parse(claims.endedAt);
  const order = claims.subject === 'identity' || Date.parse(claims.startedAt) <= ended;
  if (!order || ended > nowMs + CLOCK_LEEWAY_S * 1000 || Math.abs(claims.iat - nowMs / 1000) > CLOCK_LEEWAY_S) return err(signerFaults.fault('SIGNER_RECEIPT_TIMES_INVALID'));
  return ok(await signReceipt(claims, keys.operatorKey));
}
