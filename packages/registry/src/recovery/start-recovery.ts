import { createHash } from 'node:crypto';
import { contentHash, type P256PublicJwk, type RecoverIdentity, type Verdict, verifyPossession } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { consumeChallenge, findChallenge, issueChallenge } from '../challenges.ts';
import { registryFaults } from '../faults.ts';
import { type Enrolment, findEnrolment } from '../find-enrolment.ts';
import { inTransaction } from '../in-transaction.ts';
import { insertConsent } from '../make-identity.ts';
import { newRandomId } from '../new-random-id.ts';
import { giveNotice } from '../notices/give-notice.ts';
import { newPasskeyOptions, type PasskeyCreationOptions } from '../passkey-options.ts';
import { Refused } from '../refused.ts';
import type { Registry } from '../registry.ts';
import type { RelyingParty } from '../relying-party.ts';
import { sealRow } from '../sealing/seal-row.ts';
import { documentTag } from '../uniqueness/document-tag.ts';
import { usableVerdict } from '../usable-verdict.ts';
import { verifyNewPasskey } from '../verify-new-passkey.ts';
import { recoveryTarget, whyNotRecoverable } from './recovery-target.ts';

/** In which the holder of an old device can say that this is not them. */
const VETO_TIME_MS = 24 * 3600 * 1000;
/** Nobody has to come back on the hour; what nobody comes back for ends. */
const LIFETIME_MS = 7 * 24 * 3600 * 1000;

interface Trusted {
  readonly operatorKey: P256PublicJwk;
  readonly relyingParty: RelyingParty;
}

/** A recovery that waits. */
export interface StartedRecovery {
  readonly readyAt: string;
  readonly expiresAt: string;
}

/**
 * Options for the passkey that shall take the place of lost ones. Only for who has just shown the document and the face
 * of the identity: the passkey is made under that identity's id.
 * @param request every part is checked here
 * @faults ENROLMENT_UNKNOWN, CLIENT_KEY_NOT_PROVEN, ENROLMENT_ALREADY_USED, ENROLMENT_OVER, those of {@link usableVerdict} and {@link recoveryTarget}, RECOVERY_FROZEN, RECOVERY_LOCKED, RECOVERY_DISPUTED
 */
export async function recoveryOptions(registry: Registry, trusted: Trusted, request: Omit<RecoverIdentity, 'passkey'> & { readonly enrolmentId: string }): Promise<Result<PasskeyCreationOptions>> {
  const found = await findEnrolment(registry, request.enrolmentId);
  if (!found.ok) return found;
  const { enrolmentId, clientKeyThumbprint, state } = found.value;
  const proven = await verifyPossession(request.possession, { enrolmentId, action: 'recoveryOptions', clientKeyThumbprint, atMs: registry.clock() });
  if (!proven.ok) return proven;
  if (state === 'bound') return err(registryFaults.fault('ENROLMENT_ALREADY_USED'));
  if (!isOpen(registry, found.value)) return err(registryFaults.fault('ENROLMENT_OVER'));
  const verdict = await usableVerdict(registry, trusted.operatorKey, found.value, request);
  if (!verdict.ok) return verdict;
  const target = await recoveryTarget(registry, verdict.value);
  if (!target.ok) return target;
  // Said before a passkey is made that would be good for nothing.
  const why = await inTransaction(registry.pool, (client) => whyNotRecoverable(client, registry, target.value));
  if (why !== undefined) return err(why);
  const { challenge } = await issueChallenge(registry, 'registration', enrolmentId);
  return ok(await newPasskeyOptions(trusted.relyingParty, { userId: target.value, challenge }));
}

/**
 * Begins the recovery of an identity for who has shown its document and face again and made a new passkey. Gives that
 * passkey no power: it waits for a day, the holder is told at once, and a recovery that waited already gives way. The
 * same request again gets the same answer.
 * @param request carried by the client; every part is checked here
 * @faults those of {@link recoveryOptions}, PASSKEY_CHALLENGE_EXPIRED, PASSKEY_NOT_ACCEPTED
 */
export async function startRecovery(registry: Registry, trusted: Trusted, request: RecoverIdentity & { readonly enrolmentId: string }): Promise<Result<StartedRecovery>> {
  const atMs = registry.clock();
  const found = await findEnrolment(registry, request.enrolmentId);
  if (!found.ok) return found;
  const enrolment = found.value;
  const { enrolmentId, clientKeyThumbprint } = enrolment;
  const { passkey } = request;
  const proven = await verifyPossession(request.possession, { enrolmentId, action: 'recover', clientKeyThumbprint, atMs, over: await contentHash({ passkey }) });
  if (!proven.ok) return proven;

  // Told from a binding's: asking to bind with the same words finds nothing that was bound.
  const fingerprint = createHash('sha256').update(`recovery\n${request.verdict}\n${JSON.stringify(passkey)}`).digest();
  if (enrolment.state === 'bound') return startedBefore(registry.pool, enrolmentId, fingerprint);
  if (!isOpen(registry, enrolment)) return err(registryFaults.fault('ENROLMENT_OVER'));

  const verdict = await usableVerdict(registry, trusted.operatorKey, enrolment, request);
  if (!verdict.ok) return verdict;
  const target = await recoveryTarget(registry, verdict.value);
  if (!target.ok) return target;
  const identityId = target.value;
  const challenge = await findChallenge(registry, 'registration', enrolmentId);
  if (challenge === undefined) return err(registryFaults.fault('PASSKEY_CHALLENGE_EXPIRED'));
  const made = await verifyNewPasskey(trusted.relyingParty, challenge.challenge, passkey, atMs);
  if (!made.ok) return made;
  const keys = await registry.keyStore.read(identityId);
  if (keys === undefined) throw new Error('an identity without keys was found');

  try {
    return await inTransaction(registry.pool, async (client) => {
      const { rows } = await client.query<{ state: Enrolment['state'] }>('SELECT state FROM enrolments WHERE enrolment_id = $1 FOR UPDATE', [enrolmentId]);
      const state = rows[0]?.state;
      // A twin of this request was faster.
      if (state === 'bound') return startedBefore(client, enrolmentId, fingerprint);
      if (state !== 'open') throw new Refused(registryFaults.fault('ENROLMENT_OVER'));
      const taken = await consumeChallenge(client, { challengeId: challenge.challengeId, purpose: 'registration', subject: enrolmentId, atMs });
      if (taken === undefined) throw new Refused(registryFaults.fault('PASSKEY_CHALLENGE_EXPIRED'));
      const why = await whyNotRecoverable(client, registry, identityId);
      if (why !== undefined) throw new Refused(why);

      const [deviceId, recoveryId] = [newRandomId(registry.random), newRandomId(registry.random)];
      const sealing = { dataKey: keys.dataKey, random: registry.random };
      const times = { readyAt: new Date(atMs + VETO_TIME_MS), expiresAt: new Date(atMs + LIFETIME_MS) };
      await client.query(`DELETE FROM recoveries WHERE identity_id = $1 AND state = 'waiting'`, [identityId]);
      await client.query(
        `INSERT INTO recoveries (recovery_id, identity_id, state, document_tag, device_id, sign_count, sealed_device, sealed, ready_at, expires_at) VALUES ($1, $2, 'waiting', $3, $4, $5, $6, $7, $8, $9)`,
        [
          recoveryId,
          identityId,
          documentTag(registry.documentTagKey, verdict.value.document),
          deviceId,
          made.value.signCount,
          sealRow(sealing, { table: 'devices', identityId, rowId: deviceId }, made.value.content),
          sealRow(sealing, { table: 'recoveries', identityId, rowId: recoveryId }, recovered(verdict.value, atMs)),
          times.readyAt,
          times.expiresAt,
        ],
      );
      // What was agreed to was done already: the face was compared.
      await insertConsent(client, { registry, relyingParty: trusted.relyingParty, enrolment, verdict: verdict.value, atMs }, identityId, keys);
      await client.query(`UPDATE enrolments SET state = 'bound', bind_fingerprint = $2, identity_id = $3 WHERE enrolment_id = $1`, [enrolmentId, fingerprint, identityId]);
      await giveNotice(client, registry, identityId, 'recoveryStarted');
      return ok({ readyAt: times.readyAt.toISOString(), expiresAt: times.expiresAt.toISOString() });
    });
  } catch (error) {
    if (error instanceof Refused) return err(error.fault);
    throw error;
  }
}

const isOpen = (registry: Registry, enrolment: Enrolment): boolean => enrolment.state === 'open' && enrolment.expiresAtMs > registry.clock();

const recovered = ({ levelOfAssurance, pathway, policyVersion }: Verdict, atMs: number) => ({ levelOfAssurance, pathway, policyVersion, checkedAt: new Date(atMs).toISOString() });

async function startedBefore(queryable: Pick<pg.PoolClient, 'query'>, enrolmentId: string, fingerprint: Buffer): Promise<Result<StartedRecovery>> {
  const { rows } = await queryable.query<{ ready_at: Date; expires_at: Date }>(
    `SELECT ready_at, recoveries.expires_at FROM enrolments JOIN recoveries USING (identity_id) WHERE enrolment_id = $1 AND bind_fingerprint = $2 AND recoveries.state = 'waiting'`,
    [enrolmentId, fingerprint],
  );
  return rows[0] === undefined ? err(registryFaults.fault('ENROLMENT_ALREADY_USED')) : ok({ readyAt: rows[0].ready_at.toISOString(), expiresAt: rows[0].expires_at.toISOString() });
}
