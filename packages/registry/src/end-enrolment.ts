import { verifyPossession } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { registryFaults } from './faults.ts';
import { findEnrolment } from './find-enrolment.ts';
import type { Registry } from './registry.ts';

/** Closes an enrolment whose booth decided against it; what was bound stays bound. */
export async function endEnrolment(registry: Registry, enrolmentId: string): Promise<void> {
  await registry.pool.query(`UPDATE enrolments SET state = 'ended' WHERE enrolment_id = $1 AND state = 'open'`, [enrolmentId]);
}

/**
 * Withdraws consent up to the moment an identity exists. Asking twice is the same as asking once.
 * @param request possession is signed by the device's key; nothing else counts
 * @faults ENROLMENT_UNKNOWN, CLIENT_KEY_NOT_PROVEN, ENROLMENT_ALREADY_USED, ENROLMENT_OVER
 */
export async function withdrawEnrolment(registry: Registry, request: { readonly enrolmentId: string; readonly possession: string }): Promise<Result<true>> {
  const enrolment = await findEnrolment(registry, request.enrolmentId);
  if (!enrolment.ok) return enrolment;
  const proven = await verifyPossession(request.possession, {
    enrolmentId: request.enrolmentId,
    action: 'withdraw',
    clientKeyThumbprint: enrolment.value.clientKeyThumbprint,
    atMs: registry.clock(),
  });
  if (!proven.ok) return proven;
  const { rows } = await registry.pool.query<{ state: string }>(
    `UPDATE enrolments SET state = CASE WHEN state = 'open' THEN 'withdrawn' ELSE state END WHERE enrolment_id = $1 RETURNING state`,
    [request.enrolmentId],
  );
  if (rows[0]?.state === 'withdrawn') return ok(true);
  return err(registryFaults.fault(rows[0]?.state === 'bound' ? 'ENROLMENT_ALREADY_USED' : 'ENROLMENT_OVER'));
}
