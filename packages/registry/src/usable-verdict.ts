import { type P256PublicJwk, type Verdict, verdictFaults, verifyVerdict } from '@visavis/contract';
import { err, type Result } from '@visavis/kernel';
import { isConfirmedByAgents } from './desk/counter-visits.ts';
import { deskFaults } from './desk/faults.ts';
import { type DocumentUsability, documentUsability } from './document-usability.ts';
import { registryFaults } from './faults.ts';
import type { Enrolment } from './find-enrolment.ts';
import type { Registry } from './registry.ts';

const UNUSABLE = { expired: 'IDENTITY_DOCUMENT_EXPIRED', lostOrStolen: 'IDENTITY_DOCUMENT_REPORTED', holderDeceased: 'IDENTITY_HOLDER_DECEASED' } as const satisfies Record<Exclude<DocumentUsability, 'usable'>, string>;

/**
 * Establishes that a booth certified by the operator accepted document and holder for exactly this enrolment, and that
 * the document may be used now; at the counter also that two agents confirmed this reading of it.
 * @param carried by the client; both parts are checked here
 * @faults BOOTH_CERTIFICATE_INVALID, VERDICT_INVALID, VERDICT_NOT_ACCEPTED, COUNTER_NOT_CONFIRMED, IDENTITY_DOCUMENT_EXPIRED, IDENTITY_DOCUMENT_REPORTED, IDENTITY_HOLDER_DECEASED
 */
export async function usableVerdict(registry: Registry, operatorKey: P256PublicJwk, enrolment: Enrolment, carried: { readonly verdict: string; readonly boothCertificate: string }): Promise<Result<Verdict>> {
  const { enrolmentId, clientKeyThumbprint, consentId } = enrolment;
  const verdict = await verifyVerdict(carried, { operatorKey, enrolmentId, clientKeyThumbprint, consentId, atMs: registry.clock() });
  if (!verdict.ok) return verdict;
  // The other door was not consented to.
  if (verdict.value.pathway !== enrolment.pathway) return err(verdictFaults.fault('VERDICT_INVALID', { reason: 'another door' }));
  if (enrolment.pathway === 'counter' && !(await isConfirmedByAgents(registry, enrolmentId))) return err(deskFaults.fault('COUNTER_NOT_CONFIRMED'));
  const usability = await documentUsability(registry, verdict.value.document);
  return usability === 'usable' ? verdict : err(registryFaults.fault(UNUSABLE[usability]));
}
