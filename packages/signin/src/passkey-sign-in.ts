import { generateAuthenticationOptions } from '@simplewebauthn/server';
import type { PasskeyAnswer } from '@visavis/contract';
import { err, fromBase64Url, ok, type Result } from '@visavis/kernel';
import { type ActiveIdentity, type Challenge, type ChallengePurpose, consumeChallenge, documentUsability, findIdentity, issueChallenge, issueInteractionChallenge, type Registry, recordDeviceUse, type RelyingParty, verifyPasskeyAssertion } from '@visavis/registry';
import { signinFaults } from './faults.ts';

/** What is answered here; the registry has challenges of its own, for binding. */
type SignInPurpose = Exclude<ChallengePurpose, 'registration' | 'renewal'>;

export interface PasskeyChallenge {
  readonly challengeId: string;
  readonly options: Awaited<ReturnType<typeof generateAuthenticationOptions>>;
}

/** How a citizen signs in, in the words of RFC 8176: a key they hold, unlocked by them. Never how they were enrolled. */
export const PASSKEY_AMR = ['pop', 'user', 'mfa'];

/**
 * A challenge for any passkey of this site (discoverable: no name is asked, so none can be guessed).
 * @param subject what the answer will count for: an interaction's uid, or '' for the citizen's own pages
 * @source WebAuthn Level 3 §5.5
 */
export async function passkeyChallenge(registry: Registry, relyingParty: RelyingParty, purpose: SignInPurpose, subject: string): Promise<PasskeyChallenge> {
  return withOptions(relyingParty, await issueChallenge(registry, purpose, subject));
}

/** The same for a sign-in's page. @returns undefined when somebody has proven themselves there */
export async function interactionChallenge(registry: Registry, relyingParty: RelyingParty, uid: string): Promise<PasskeyChallenge | undefined> {
  const issued = await issueInteractionChallenge(registry, uid);
  return issued && withOptions(relyingParty, issued);
}

async function withOptions(relyingParty: RelyingParty, { challengeId, challenge }: Challenge): Promise<PasskeyChallenge> {
  return { challengeId, options: await generateAuthenticationOptions({ rpID: relyingParty.rpId, challenge: fromBase64Url(challenge), userVerification: 'required', allowCredentials: [] }) };
}

/**
 * Establishes that a registered passkey, unlocked by its user on this site, answered this challenge, once. The
 * challenge is spent whatever the outcome. Does not establish that the document behind the identity may still be used.
 * @param answer comes from the browser; nothing in it is trusted
 * @faults SIGN_IN_CHALLENGE_EXPIRED, SIGN_IN_PASSKEY_UNKNOWN, SIGN_IN_PASSKEY_REFUSED
 */
export async function verifyPasskeyHolder(registry: Registry, relyingParty: RelyingParty, purpose: SignInPurpose, subject: string, answer: PasskeyAnswer): Promise<Result<ActiveIdentity>> {
  const challenge = await consumeChallenge(registry.pool, { challengeId: answer.challengeId, purpose, subject, atMs: registry.clock() });
  if (challenge === undefined) return err(signinFaults.fault('SIGN_IN_CHALLENGE_EXPIRED'));
  const assertion = await verifyPasskeyAssertion(registry, relyingParty, challenge, answer.passkey);
  if (!assertion.ok) return err(signinFaults.fault(assertion.fault === 'unknown' ? 'SIGN_IN_PASSKEY_UNKNOWN' : 'SIGN_IN_PASSKEY_REFUSED'));
  const { device, signCount } = assertion.value;
  if (!(await recordDeviceUse(registry, device, signCount))) return err(signinFaults.fault('SIGN_IN_PASSKEY_REFUSED'));
  const identity = await findIdentity(registry, device.identityId);
  return identity === undefined ? err(signinFaults.fault('SIGN_IN_PASSKEY_UNKNOWN')) : ok(identity);
}

/**
 * As {@link verifyPasskeyHolder}, and that the document behind the identity may still be used.
 * @faults also SIGN_IN_DOCUMENT_EXPIRED, SIGN_IN_DOCUMENT_REPORTED, SIGN_IN_HOLDER_DECEASED
 */
export async function verifyPasskeyAnswer(registry: Registry, relyingParty: RelyingParty, purpose: SignInPurpose, subject: string, answer: PasskeyAnswer): Promise<Result<ActiveIdentity>> {
  const identity = await verifyPasskeyHolder(registry, relyingParty, purpose, subject, answer);
  if (!identity.ok) return identity;
  const usability = await documentUsability(registry, identity.value.document);
  return usability === 'usable' ? identity : err(signinFaults.fault(UNUSABLE[usability]));
}

const UNUSABLE = { expired: 'SIGN_IN_DOCUMENT_EXPIRED', lostOrStolen: 'SIGN_IN_DOCUMENT_REPORTED', holderDeceased: 'SIGN_IN_HOLDER_DECEASED' } as const;
