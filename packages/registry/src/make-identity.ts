import { type RegistrationResponseJSON, verifyRegistrationResponse, type VerifiedRegistrationResponse } from '@simplewebauthn/server';
import type { Verdict } from '@visavis/contract';
import { err, ok, type Result, toBase64Url } from '@visavis/kernel';
import type pg from 'pg';
import { type Challenge, consumeChallenge, findChallenge } from './challenges.ts';
import { registryFaults } from './faults.ts';
import type { Enrolment } from './find-enrolment.ts';
import { countToday } from './figures/count-today.ts';
import { recordIdentityEntry } from './identity-log.ts';
import type { IdentityKeys } from './keys/key-store.ts';
import { monthOf } from './month-of.ts';
import { newRandomId } from './new-random-id.ts';
import { PASSKEY_ALGORITHMS } from './passkey-options.ts';
import { Refused } from './refused.ts';
import type { Registry } from './registry.ts';
import type { RelyingParty } from './relying-party.ts';
import { MAX_CREDENTIAL_ID_LENGTH, MAX_PUBLIC_KEY_LENGTH, type RowContent, TRANSPORTS } from './sealing/row-contents.ts';
import { sealRow } from './sealing/seal-row.ts';
import { claimTag } from './uniqueness/claim-tag.ts';
import { documentTag } from './uniqueness/document-tag.ts';
import { personTag } from './uniqueness/person-tag.ts';

type RegisteredPasskey = NonNullable<VerifiedRegistrationResponse['registrationInfo']>['credential'];

/** An accepted enrolment that is about to be bound: `verdict` was verified for it, `atMs` is now. */
export interface Binding {
  readonly registry: Registry;
  readonly relyingParty: RelyingParty;
  readonly enrolment: Enrolment;
  readonly verdict: Verdict;
  readonly atMs: number;
}

/**
 * Checks the passkey and makes the new identity's keys; what it returns writes the identity in the caller's
 * transaction, or throws {@link Refused}. The keys are on the disk of the key store before that transaction commits;
 * where it does not, they are keys of nobody, and the purge sweeps them.
 * @faults PASSKEY_CHALLENGE_EXPIRED, PASSKEY_NOT_ACCEPTED, IDENTITY_DOCUMENT_ALREADY_ENROLLED, IDENTITY_PERSON_ALREADY_ENROLLED
 */
export async function makeIdentity(binding: Binding, passkey: Readonly<Record<string, unknown>>): Promise<(client: pg.PoolClient) => Promise<string>> {
  const { registry, relyingParty, enrolment, atMs } = binding;
  const { enrolmentId, identityId } = enrolment;
  const challenge = await findChallenge(registry, 'registration', enrolmentId);
  const verified = challenge === undefined ? err(registryFaults.fault('PASSKEY_CHALLENGE_EXPIRED')) : await verifyPasskey(relyingParty, passkey, challenge);
  const keys = verified.ok ? await registry.keyStore.create(identityId) : undefined;
  return async (client) => {
    if (!verified.ok) throw new Refused(verified.fault);
    if (keys === undefined || challenge === undefined) throw new TypeError('a verified passkey has a challenge and gets keys');
    if ((await consumeChallenge(client, { challengeId: challenge.challengeId, purpose: 'registration', subject: enrolmentId, atMs })) === undefined) {
      throw new Refused(registryFaults.fault('PASSKEY_CHALLENGE_EXPIRED'));
    }
    await insertIdentity(client, binding, keys);
    const deviceId = await insertDevice(client, binding, keys, verified.value);
    await insertConsent(client, binding, identityId, keys);
    const at = new Date(atMs).toISOString();
    const { pathway, levelOfAssurance } = binding.verdict;
    await recordIdentityEntry(client, registry, { identityId, keys }, { kind: 'identityMade', at, identityId, pathway, levelOfAssurance });
    await recordIdentityEntry(client, registry, { identityId, keys }, { kind: 'deviceAdded', at, identityId, deviceId });
    await countToday(registry, client, 'identityMade');
    return identityId;
  };
}

async function verifyPasskey(relyingParty: RelyingParty, passkey: Readonly<Record<string, unknown>>, challenge: Challenge): Promise<Result<RegisteredPasskey>> {
  try {
    const verified = await verifyRegistrationResponse({
      response: passkey as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge.challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
    });
    const credential = verified.registrationInfo?.credential;
    // Attestation is not asked for, so both are whatever a stranger's program says: bounded before they are kept.
    const bounded = credential !== undefined && credential.id.length <= MAX_CREDENTIAL_ID_LENGTH && toBase64Url(credential.publicKey).length <= MAX_PUBLIC_KEY_LENGTH;
    if (verified.verified && bounded) return ok(credential);
  } catch {
    // The library throws on whatever is wrong with a stranger's JSON; all of it is one refusal.
  }
  return err(registryFaults.fault('PASSKEY_NOT_ACCEPTED'));
}

async function insertIdentity(client: pg.PoolClient, { registry, enrolment, verdict, atMs }: Binding, keys: IdentityKeys): Promise<void> {
  const { identityId } = enrolment;
  const at = new Date(atMs).toISOString();
  const { person, document, levelOfAssurance, pathway, policyVersion } = verdict;
  const content: RowContent<'identities'> = { person, document, levelOfAssurance, pathway, policyVersion, createdAt: at, checkedAt: at };
  const sealed = sealRow({ dataKey: keys.dataKey, random: registry.random }, { table: 'identities', identityId, rowId: identityId }, content);
  await client.query(`INSERT INTO identities (identity_id, state, sealed, active_month, checked_month) VALUES ($1, 'active', $2, $3, $3)`, [identityId, sealed, monthOf(atMs)]);
  // The document first: whoever shows the same one again is told so, and not that somebody shares their name.
  if (!(await claimTag(client, registry, 'document_tags', documentTag(registry.documentTagKey, document), identityId))) throw new Refused(registryFaults.fault('IDENTITY_DOCUMENT_ALREADY_ENROLLED'));
  if (!(await claimTag(client, registry, 'person_tags', personTag(registry.personTagKey, person), identityId))) throw new Refused(registryFaults.fault('IDENTITY_PERSON_ALREADY_ENROLLED'));
}

async function insertDevice(client: pg.PoolClient, { registry, enrolment, atMs }: Binding, keys: IdentityKeys, passkey: RegisteredPasskey): Promise<string> {
  const { identityId } = enrolment;
  const deviceId = newRandomId(registry.random);
  const content = { credentialId: passkey.id, publicKey: toBase64Url(passkey.publicKey), transports: TRANSPORTS.filter((known) => passkey.transports?.includes(known)), addedAt: new Date(atMs).toISOString() };
  await client.query('INSERT INTO devices (identity_id, device_id, sign_count, sealed) VALUES ($1, $2, $3, $4)', [
    identityId,
    deviceId,
    passkey.counter,
    sealRow({ dataKey: keys.dataKey, random: registry.random }, { table: 'devices', identityId, rowId: deviceId }, content),
  ]);
  return deviceId;
}

/** Keeps with the identity what was agreed to when this enrolment began. */
export async function insertConsent(client: pg.PoolClient, { registry, enrolment }: Binding, identityId: string, keys: IdentityKeys): Promise<void> {
  const { rows } = await client.query<{ consent_id: string; consent_text_version: string; consent_language: string; created_at: Date }>(
    'SELECT consent_id, consent_text_version, consent_language, created_at FROM enrolments WHERE enrolment_id = $1',
    [enrolment.enrolmentId],
  );
  const given = rows[0];
  if (given === undefined) throw new Error('an enrolment vanished while it was bound');
  const content = { textVersion: given.consent_text_version, language: given.consent_language, givenAt: given.created_at.toISOString() };
  await client.query('INSERT INTO consents (identity_id, consent_id, sealed) VALUES ($1, $2, $3)', [
    identityId,
    given.consent_id,
    sealRow({ dataKey: keys.dataKey, random: registry.random }, { table: 'consents', identityId, rowId: given.consent_id }, content),
  ]);
}
