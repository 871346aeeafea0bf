import { type ReceiptFile, receiptFile, verifyPossession } from '@visavis/contract';
import { ok, type Result } from '@visavis/kernel';
import { findEnrolment } from './find-enrolment.ts';
import type { Registry } from './registry.ts';

/**
 * The erasure receipt of an enrolment's booth, for the device that made the enrolment; undefined while there is none.
 * @param request possession is signed by the device's key; nothing else counts
 * @faults ENROLMENT_UNKNOWN, CLIENT_KEY_NOT_PROVEN
 */
export async function findReceipt(registry: Registry, request: { readonly enrolmentId: string; readonly possession: string }): Promise<Result<ReceiptFile | undefined>> {
  const { enrolmentId, possession } = request;
  const enrolment = await findEnrolment(registry, enrolmentId);
  if (!enrolment.ok) return enrolment;
  const proven = await verifyPossession(possession, { enrolmentId, action: 'receipt', clientKeyThumbprint: enrolment.value.clientKeyThumbprint, atMs: registry.clock() });
  if (!proven.ok) return proven;
  const { rows } = await registry.pool.query<{ receipt: unknown }>('SELECT receipt FROM enrolments WHERE enrolment_id = $1', [enrolmentId]);
  const receipt: unknown = rows[0]?.receipt ?? undefined;
  return ok(receipt === undefined ? undefined : receiptFile.parse(receipt));
}
