import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { PasskeyAnswer } from '@visavis/contract';
import { err, ok, type Result } from '@visavis/kernel';
import type { ChallengePurpose } from './challenges.ts';
import { type DeviceRow, openDevice } from './find-device.ts';
import { type ActiveIdentity, openIdentity } from './find-identity.ts';
import type { Registry } from './registry.ts';
import type { RelyingParty } from './relying-party.ts';
import { runPrepared } from './run-prepared.ts';
import { IS_SIGN_IN_PAGE, type SignInPage } from './sign-in-page.ts';
import { type PasskeyAssertion, userHandleOf, verifyAssertionOf } from './verify-passkey-assertion.ts';

/** Whose passkey answered, as the identity was when the challenge was taken. */
export interface PasskeyAnswered extends PasskeyAssertion {
  readonly identity: ActiveIdentity;
}

/** Why nothing was proven by an answer. */
type NotProven = 'expired' | 'unknown' | 'refused' | 'locked';

/** The challenge that was taken, and what the answer names: a row for each device of the identity, at least one. */
type Row = {
  readonly challenge: string | null;
  readonly identity: Buffer | null;
  readonly frozen: boolean | null;
  readonly mount: string | null;
  readonly payload: SignInPage['payload'] | null;
} & (DeviceRow | { readonly device_id: null });

/**
 * Establishes that a registered passkey that its holder has not locked, unlocked by its user on this site, answered this
 * challenge: of any number of concurrent answers one at most. The challenge is spent whatever the outcome. Does not
 * record the counter: the caller does where it has to happen, and only then is the answer no replay.
 * @param answer comes from a stranger; nothing in it is trusted
 * @returns why not, for the caller to say in its own codes
 * @source WebAuthn Level 3 §7.2
 */
export async function takePasskeyAnswer(registry: Registry, relyingParty: RelyingParty, asked: Asked, answer: PasskeyAnswer['passkey']): Promise<Result<PasskeyAnswered, NotProven>> {
  const taken = await take(registry, asked, answer);
  return verify(registry, relyingParty, taken, answer);
}

/**
 * The same on a sign-in's page.
 * @returns the page too, read by the same statement. Does not establish that it is this browser's.
 */
export async function takeSignInAnswer(
  registry: Registry,
  relyingParty: RelyingParty,
  { challengeId, uid }: { readonly challengeId: string; readonly uid: string },
  answer: PasskeyAnswer['passkey'],
): Promise<{ readonly page: SignInPage | undefined; readonly answered: Result<PasskeyAnswered, NotProven> }> {
  const taken = await take(registry, { challengeId, purpose: 'interaction', subject: uid }, answer);
  const { mount, payload } = taken.rows[0]!;
  return { page: mount === null || payload === null ? undefined : { mount, uid, payload }, answered: await verify(registry, relyingParty, taken, answer) };
}

interface Asked {
  readonly challengeId: string;
  readonly purpose: ChallengePurpose;
  readonly subject: string;
}

interface Taken {
  readonly identityId: string | undefined;
  readonly rows: readonly Row[];
}

async function take(registry: Registry, { challengeId, purpose, subject }: Asked, answer: PasskeyAnswer['passkey']): Promise<Taken> {
  const identityId = userHandleOf(answer as unknown as AuthenticationResponseJSON);
  const { rows } = await runPrepared<Row>(
    registry.pool,
    'passkey answer',
    `WITH taken AS (DELETE FROM challenges WHERE challenge_id = $1 AND purpose = $2 AND subject = $3 AND expires_at > $4 RETURNING challenge)
      SELECT taken.challenge, identities.sealed AS identity, identities.frozen, devices.device_id, devices.sealed, devices.sign_count, coalesce(devices.locked_until > $4, false) AS is_locked, page.mount, page.payload
      FROM (SELECT 1) AS always LEFT JOIN taken ON true
      LEFT JOIN identities ON identities.identity_id = $5 AND identities.state = 'active'
      LEFT JOIN devices ON devices.identity_id = $5
      LEFT JOIN (SELECT mount, payload FROM oidc_records WHERE ${IS_SIGN_IN_PAGE('$6', '$4')}) AS page ON true`,
    [challengeId, purpose, subject, new Date(registry.clock()), identityId, purpose === 'interaction' ? subject : null],
  );
  return { identityId, rows };
}

async function verify(registry: Registry, relyingParty: RelyingParty, { identityId, rows }: Taken, answer: PasskeyAnswer['passkey']): Promise<Result<PasskeyAnswered, NotProven>> {
  const { challenge, identity: sealed, frozen } = rows[0]!;
  if (challenge === null) return err('expired');
  if (sealed === null || frozen === null || identityId === undefined) return err('unknown');
  const devices = rows.filter((row): row is Row & DeviceRow => row.device_id !== null);
  const verified = await verifyAssertionOf((_, credentialId) => openDevice(registry, identityId, credentialId, devices), relyingParty, challenge, answer);
  if (!verified.ok) return verified;
  // Said to nobody who does not hold the device.
  if (verified.value.device.isLocked) return err('locked');
  const identity = await openIdentity(registry, identityId, { sealed, frozen });
  return identity === undefined ? err('unknown') : ok({ ...verified.value, identity });
}
