import { createHash } from 'node:crypto';
import { type BindIdentity, contentHash, type P256PublicJwk, verifyPossession } from '@visavis/contract';
import { err, type Fault, ok, type Result } from '@visavis/kernel';
import type pg from 'pg';
import { registryFaults } from './faults.ts';
import { type Enrolment, findEnrolment } from './find-enrolment.ts';
import { type ActiveIdentity, findIdentity } from './find-identity.ts';
import { inTransaction } from './in-transaction.ts';
import { makeIdentity } from './make-identity.ts';
import { Refused } from './refused.ts';
import type { Registry } from './registry.ts';
import type { RelyingParty } from './relying-party.ts';
import { renewIdentity } from './renew-identity.ts';
import { usableVerdict } from './usable-verdict.ts';

/**
 * Makes a digital identity, or moves one to a renewed document: one transaction, or nothing at all. Establishes that a
 * booth certified by the operator accepted this enrolment, that the device named in its verdict asks, that the
 * enrolment was not used before, that no other living identity holds the document or is of a person with this name and
 * birth date; and, for a new identity, that its passkey was made on this site by a verified user for this enrolment;
 * for a renewed one, that a passkey it already has answered for this enrolment. Does not establish that nobody has a
 * second identity under another name. The same request again gets the same answer, also when the first answer was lost.
 * @param request carried by the client; every part is checked here
 * @param trusted the operator's public key and this site, from the application's configuration
 * @faults ENROLMENT_UNKNOWN, CLIENT_KEY_NOT_PROVEN, ENROLMENT_OVER, ENROLMENT_ALREADY_USED, BOOTH_CERTIFICATE_INVALID,
 * VERDICT_INVALID, VERDICT_NOT_ACCEPTED, IDENTITY_DOCUMENT_EXPIRED, IDENTITY_DOCUMENT_REPORTED, IDENTITY_HOLDER_DECEASED,
 * IDENTITY_DOCUMENT_ALREADY_ENROLLED, and those of {@link makeIdentity} and {@link renewIdentity}
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
  const { enrolmentId, clientKeyThumbprint } = enrolment;
  const { passkey, renewal } = request;
  // Signed by the device's own key: nobody on the way puts a passkey of theirs in the citizen's place.
  const proven = await verifyPossession(request.possession, { enrolmentId, action: 'bind', clientKeyThumbprint, atMs, over: await contentHash({ passkey, renewal }) });
  if (!proven.ok) return proven;

  const fingerprint = createHash('sha256').update(`${request.verdict}\n${JSON.stringify(request.passkey ?? request.renewal)}`).digest();
  // An answer that was lost must not be lost for good because a challenge or a verdict ran out meanwhile.
  if (enrolment.state === 'bound') return boundBefore(registry, registry.pool, enrolmentId, fingerprint);
  if (enrolment.state !== 'open' || enrolment.expiresAtMs <= atMs) return err(registryFaults.fault('ENROLMENT_OVER'));

  const verdict = await usableVerdict(registry, trusted.operatorKey, enrolment, request);
  if (!verdict.ok) return verdict;

  const asked = { registry, relyingParty: trusted.relyingParty, enrolment, verdict: verdict.value, atMs };
  const write = request.renewal === undefined ? await makeIdentity(asked, request.passkey ?? {}) : await renewIdentity(asked, request.renewal);
  try {
    return await inTransaction(registry.pool, async (client) => {
      const { rows } = await client.query<{ state: Enrolment['state'] }>('SELECT state FROM enrolments WHERE enrolment_id = $1 FOR UPDATE', [enrolmentId]);
      const state = rows[0]?.state;
      // A twin of this request was faster.
      if (state === 'bound') return boundBefore(registry, client, enrolmentId, fingerprint);
      if (state !== 'open') throw new Refused(registryFaults.fault('ENROLMENT_OVER'));
      const identityId = await write(client);
      await client.query(`UPDATE enrolments SET state = 'bound', bind_fingerprint = $2, identity_id = $3 WHERE enrolment_id = $1`, [enrolmentId, fingerprint, identityId]);
      const identity = await findIdentity(registry, identityId, client);
      if (identity === undefined) throw new Error('an identity vanished while it was made');
      return ok(identity);
    });
  } catch (error) {
    if (error instanceof Refused) return err(error.fault);
    throw error;
  }
}

async function boundBefore(registry: Registry, queryable: Pick<pg.PoolClient, 'query'>, enrolmentId: string, fingerprint: Buffer): Promise<Result<ActiveIdentity, Fault>> {
  const { rows } = await queryable.query<{ bind_fingerprint: Buffer | null; identity_id: string }>('SELECT bind_fingerprint, identity_id FROM enrolments WHERE enrolment_id = $1', [enrolmentId]);
  const identity = rows[0]?.bind_fingerprint?.equals(fingerprint) === true ? await findIdentity(registry, rows[0].identity_id) : undefined;
  return identity === undefined ? err(registryFaults.fault('ENROLMENT_ALREADY_USED')) : ok(identity);
}
