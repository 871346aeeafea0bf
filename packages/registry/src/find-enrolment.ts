import { type LoggedEntry, loggedEntry } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import { registryFaults } from './faults.ts';
import type { Registry } from './registry.ts';

export interface Enrolment {
  readonly enrolmentId: string;
  readonly clientKeyThumbprint: string;
  readonly consentId: string;
  readonly boothCertificate: string;
  /** The log entry of the booth's keys. */
  readonly boothLogged: LoggedEntry;
  readonly state: 'open' | 'bound' | 'withdrawn' | 'ended';
  readonly identityId: string;
  /** The door that was consented to. */
  readonly pathway: 'face' | 'counter';
  readonly expiresAtMs: number;
}

interface Row {
  enrolment_id: string;
  client_key_thumbprint: string;
  consent_id: string;
  booth_certificate: string;
  booth_logged: unknown;
  state: Enrolment['state'];
  identity_id: string;
  pathway: Enrolment['pathway'];
  expires_at: Date;
}

const toEnrolment = (row: Row): Enrolment => ({
  enrolmentId: row.enrolment_id,
  clientKeyThumbprint: row.client_key_thumbprint,
  consentId: row.consent_id,
  boothCertificate: row.booth_certificate,
  boothLogged: loggedEntry.parse(row.booth_logged),
  state: row.state,
  identityId: row.identity_id,
  pathway: row.pathway,
  expiresAtMs: row.expires_at.getTime(),
});

/** @faults ENROLMENT_UNKNOWN */
export async function findEnrolment(registry: Registry, enrolmentId: string): Promise<Result<Enrolment>> {
  const { rows } = await registry.pool.query<Row>('SELECT * FROM enrolments WHERE enrolment_id = $1', [enrolmentId]);
  return rows[0] ? ok(toEnrolment(rows[0])) : err(registryFaults.fault('ENROLMENT_UNKNOWN'));
}

/**
 * The enrolment that an earlier request with this id made, if there is one.
 * @faults ENROLMENT_REQUEST_REUSED when another device's key made it
 */
export async function findEnrolmentByRequest(registry: Registry, request: { readonly requestId: string; readonly clientKeyThumbprint: string }): Promise<Result<Enrolment | undefined>> {
  const { rows } = await registry.pool.query<Row>('SELECT * FROM enrolments WHERE request_id = $1', [request.requestId]);
  if (rows[0] === undefined) return ok(undefined);
  return rows[0].client_key_thumbprint === request.clientKeyThumbprint ? ok(toEnrolment(rows[0])) : err(registryFaults.fault('ENROLMENT_REQUEST_REUSED'));
}
