import type { ConsentGiven, LoggedEntry } from '@visavis/contract';
import type { Result } from '@visavis/kernel';
import { type Enrolment, findEnrolmentByRequest } from './find-enrolment.ts';
import { newRandomId } from './new-random-id.ts';
import type { Registry } from './registry.ts';

/**
 * Records that a device began an enrolment with a booth. Holds no personal data. Of several concurrent requests with
 * one request id one is recorded; the others get that one, and see by its enrolment id that theirs was not kept.
 * @param started ids and certificate made by the server, request id and thumbprint by the client's device
 * @faults ENROLMENT_REQUEST_REUSED
 */
export async function recordEnrolment(
  registry: Registry,
  started: {
    readonly requestId: string;
    readonly enrolmentId: string;
    readonly consentId: string;
    readonly clientKeyThumbprint: string;
    readonly consent: Pick<ConsentGiven, 'textVersion' | 'language'>;
    readonly pathway: Enrolment['pathway'];
    readonly boothCertificate: string;
    readonly boothLogged: LoggedEntry;
    readonly lifetimeMs: number;
  },
): Promise<Result<Enrolment>> {
  const atMs = registry.clock();
  await registry.pool.query(
    `INSERT INTO enrolments (enrolment_id, request_id, client_key_thumbprint, consent_id, consent_text_version, consent_language, booth_certificate, state, identity_id, created_at, expires_at, booth_logged, pathway)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10, $11, $12) ON CONFLICT (request_id) DO NOTHING`,
    [
      started.enrolmentId,
      started.requestId,
      started.clientKeyThumbprint,
      started.consentId,
      started.consent.textVersion,
      started.consent.language,
      started.boothCertificate,
      newRandomId(registry.random),
      new Date(atMs),
      new Date(atMs + started.lifetimeMs),
      started.boothLogged,
      started.pathway,
    ],
  );
  const recorded = await findEnrolmentByRequest(registry, started);
  if (recorded.ok && recorded.value === undefined) throw new Error('an enrolment vanished while it was recorded');
  return recorded as Result<Enrolment>;
}
