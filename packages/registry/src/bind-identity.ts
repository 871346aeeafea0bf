import { createHash } from 'node:crypto';
import { type RegistrationResponseJSON, verifyRegistrationResponse, type VerifiedRegistrationResponse } from '@simplewebauthn/server';
import { type BindIdentity, type P256PublicJwk, type Verdict, verifyPossession, verifyVerdict } from '@visavis/contract';
import { err, type Fault, ok, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { type Challenge, consumeChallenge, findChallenge } from './challenges.ts';
import { documentTag } from './document-tag.ts';
import { registryFaults } from './faults.ts';
import { type Enrolment, findEnrolment } from './find-enrolment.ts';
import { type ActiveIdentity, documentUsability, findIdentity } from './find-identity.ts';
import { inTransaction } from './in-transaction.ts';
import { newRandomId } from './new-random-id.ts';
import { PASSKEY_ALGORITHMS } from './passkey-options.ts';
import type { Registry } from './registry.ts';
import type { RelyingParty } from './relying-party.ts';

/** Ends a transaction with an expected refusal; never leaves this file. */
class Refused extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.code);
    this.fault = fault;
  }
}

type RegisteredPasskey = NonNullable<VerifiedRegistrationResponse['registrationInfo']>['credential'];

/**
 * Makes a digital identity: identity, passkey and consent in one transaction, or nothing at all. Establishes that a
 * booth certified by the operator accepted this enrolment, that the device named in its verdict asks, that the
 * passkey was made on this site by a verified user for this enrolment, that the enrolment was not used before, and
 * that no living identity holds the document. Does not establish that the person has no identity by another document.
 * The same request again gets the same answer, also when the first answer was lost.
 * @param request carried by the client; every part is checked here
 * @param trusted the operator's public key and this site, from the application's configuration
 * @faults ENROLMENT_UNKNOWN, CLIENT_KEY_NOT_PROVEN, ENROLMENT_OVER, ENROLMENT_ALREADY_USED, BOOTH_CERTIFICATE_INVALID,
 * VERDICT_INVALID, VERDICT_NOT_ACCEPTED, IDENTITY_DOCUMENT_EXPIRED, IDENTITY_DOCUMENT_REPORTED,
 * IDENTITY_DOCUMENT_ALREADY_ENROLLED, PASSKEY_CHALLENGE_EXPIRED, PASSKEY_NOT_ACCEPTED
 */
export async function bindIdentity(
  registry: Registry,
  trusted: { readonly operatorKey: P256PublicJwk; readonly relyingParty: RelyingParty },
  request: BindIdentity & { readonly enrolmentId: string },
): Promise<Result<ActiveIdentity>> {
  const atMs = registry.clock();
  const found = await findEnrolment(registry, request.enrolmentId);
  if (!found.ok) return found;
  const enrolment = found.value;
  const { enrolmentId, clientKeyThumbprint, consentId } = enrolment;
  const proven = await verifyPossession(request.possession, { enrolmentId, action: 'bind', clientKeyThumbprint, atMs });
  if (!proven.ok) return proven;

  const fingerprint = createHash('sha256').update(`${request.verdict}\n${JSON.stringify(request.passkey)}`).digest();
  // An answer that was lost must not be lost for good because a challenge or a verdict ran out meanwhile.
  if (enrolment.state === 'bound') return boundBefore(registry, registry.pool, enrolment, fingerprint);
  if (enrolment.state !== 'open' || enrolment.expiresAtMs <= atMs) return err(registryFaults.fault('ENROLMENT_OVER'));

  const verdict = await verifyVerdict(request, { operatorKey: trusted.operatorKey, enrolmentId, clientKeyThumbprint, consentId, atMs });
  if (!verdict.ok) return verdict;
  const usability = await documentUsability(registry, verdict.value.document);
  if (usability !== 'usable') return err(registryFaults.fault(usability === 'expired' ? 'IDENTITY_DOCUMENT_EXPIRED' : 'IDENTITY_DOCUMENT_REPORTED'));

  const challenge = await findChallenge(registry, 'registration', enrolmentId);
  const passkey = challenge === undefined ? undefined : await verifyPasskey(trusted.relyingParty, request.passkey, challenge);
  try {
    return await inTransaction(registry.pool, async (client) => {
      const { rows } = await client.query<{ state: Enrolment['state'] }>('SELECT state FROM enrolments WHERE enrolment_id = $1 FOR UPDATE', [enrolmentId]);
      const state = rows[0]?.state;
      // A twin of this request was faster.
      if (state === 'bound') return boundBefore(registry, client, enrolment, fingerprint);
      if (state !== 'open') throw new Refused(registryFaults.fault('ENROLMENT_OVER'));
      if (challenge === undefined || passkey === undefined) throw new Refused(registryFaults.fault('PASSKEY_CHALLENGE_EXPIRED'));
      if (!passkey.ok) throw new Refused(passkey.fault);
      if ((await consumeChallenge(client, { challengeId: challenge.challengeId, purpose: 'registration', subject: enrolmentId, atMs })) === undefined) {
        throw new Refused(registryFaults.fault('PASSKEY_CHALLENGE_EXPIRED'));
      }
      await insertIdentity(client, registry, enrolment, verdict.value, atMs);
      await insertDevice(client, registry, enrolment, passkey.value, atMs);
      await client.query(`INSERT INTO consents (identity_id, consent_id, text_version, language, given_at) SELECT identity_id, consent_id, consent_text_version, consent_language, created_at FROM enrolments WHERE enrolment_id = $1`, [enrolmentId]);
      await client.query(`UPDATE enrolments SET state = 'bound', bind_fingerprint = $2 WHERE enrolment_id = $1`, [enrolmentId, fingerprint]);
      const identity = await findIdentity(client, enrolment.identityId);
      if (identity === undefined) throw new Error('an identity vanished while it was made');
      return ok(identity);
    });
  } catch (error) {
    if (error instanceof Refused) return err(error.fault);
    throw error;
  }
}

async function boundBefore(registry: Registry, queryable: Pick<pg.PoolClient, 'query'>, enrolment: Enrolment, fingerprint: Buffer): Promise<Result<ActiveIdentity>> {
  const { rows } = await queryable.query<{ bind_fingerprint: Buffer | null }>('SELECT bind_fingerprint FROM enrolments WHERE enrolment_id = $1', [enrolment.enrolmentId]);
  const identity = rows[0]?.bind_fingerprint?.equals(fingerprint) === true ? await findIdentity(registry.pool, enrolment.identityId) : undefined;
  return identity === undefined ? err(registryFaults.fault('ENROLMENT_ALREADY_USED')) : ok(identity);
}

async function verifyPasskey(relyingParty: RelyingParty, passkey: BindIdentity['passkey'], challenge: Challenge): Promise<Result<RegisteredPasskey>> {
  try {
    const verified = await verifyRegistrationResponse({
      response: passkey as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge.challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
    });
    if (verified.verified) return ok(verified.registrationInfo.credential);
  } catch {
    // The library throws on whatever is wrong with a stranger's JSON; all of it is one refusal.
  }
  return err(registryFaults.fault('PASSKEY_NOT_ACCEPTED'));
}

async function insertIdentity(client: pg.PoolClient, registry: Registry, enrolment: Enrolment, verdict: Verdict, atMs: number): Promise<void> {
  const { person, document } = verdict;
  await client.query(
    `INSERT INTO identities (identity_id, state, family_name, given_names, date_of_birth, sex, nationality, document_type, document_issuing_state,
       document_number, document_expiry, level_of_assurance, pathway, policy_version, created_at)
     VALUES ($1, 'active', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      enrolment.identityId,
      person.familyName,
      person.givenNames,
      person.dateOfBirth,
      person.sex,
      person.nationality,
      document.type,
      document.issuingState,
      document.documentNumber,
      document.dateOfExpiry,
      verdict.levelOfAssurance,
      verdict.pathway,
      verdict.policyVersion,
      new Date(atMs),
    ],
  );
  const unique = await client.query('INSERT INTO document_tags (document_tag, identity_id) VALUES ($1, $2) ON CONFLICT (document_tag) DO NOTHING', [
    documentTag(registry.documentTagKey, document),
    enrolment.identityId,
  ]);
  if (unique.rowCount !== 1) throw new Refused(registryFaults.fault('IDENTITY_DOCUMENT_ALREADY_ENROLLED'));
}

async function insertDevice(client: pg.PoolClient, registry: Registry, enrolment: Enrolment, passkey: RegisteredPasskey, atMs: number): Promise<void> {
  await client.query('INSERT INTO devices (identity_id, device_id, credential_id, public_key, sign_count, transports, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
    enrolment.identityId,
    newRandomId(registry.random),
    passkey.id,
    Buffer.from(passkey.publicKey),
    passkey.counter,
    passkey.transports ?? [],
    new Date(atMs),
  ]);
}
