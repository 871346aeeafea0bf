import type { ReceiptFile } from '@visavis/contract';
import type { Registry } from './registry.ts';

/** Keeps a booth's erasure receipt with its enrolment, as long as that is kept. Keeping it twice is the same as once. */
export async function keepReceipt(registry: Registry, enrolmentId: string, receipt: ReceiptFile): Promise<void> {
  await registry.pool.query('UPDATE enrolments SET receipt = $2 WHERE enrolment_id = $1', [enrolmentId, receipt]);
}
