import { generateAuthenticationOptions } from '@simplewebauthn/server';
import type { PasskeyAnswer } from '@visavis/contract';
import { err, type Fault, fromBase64Url, ok, type Result } from '@visavis/kernel';
import { type ActiveIdentity, type Challenge, type ChallengePurpose, documentUsability, issueChallenge, type Registry, recordDeviceUse, type RelyingParty, takePasskeyAnswer } from '@visavis/registry';
import { signinFaults } from './faults.ts';

/** What is answered here; the registry has challenges of its own, for binding. */
type SignInPurpose = Exclude<ChallengePurpose, 'registration' | 'renewal' | 'deviceRegistration'>;

export interface PasskeyChallenge {
  readonly challengeId: string;
  readonly options: Awaited<ReturnType<typeof generateAuthenticationOptions>>;
}

/** Whose passkey answered, and which. */
export interface PasskeyHolder extends ActiveIdentity {
  readonly deviceId: string;
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

export async function withOptions(relyingParty: RelyingParty, { challengeId, challenge }: Challenge): Promise<PasskeyChallenge> {
  return { challengeId, options: await generateAuthenticationOptions({ rpID: relyingParty.rpId, challenge: fromBase64Url(challenge), userVerification: 'required', allowCredentials: [] }) };
}

/**
 * Establishes that a registered passkey, unlocked by its user on this site, answered this challenge, once. The
 * challenge is spent whatever the outcome. Does not establish that the document behind the identity may still be used,
 * nor that the identity is not frozen.
 * @param answer comes from the browser; nothing in it is trusted
 * @faults SIGN_IN_CHALLENGE_EXPIRED, SIGN_IN_PASSKEY_LOCKED, SIGN_IN_PASSKEY_REFUSED: also for one that is not known, so that nobody learns who is
 */
export async function verifyPasskeyHolder(registry: Registry, relyingParty: RelyingParty, purpose: SignInPurpose, subject: string, answer: PasskeyAnswer): Promise<Result<PasskeyHolder>> {
  const answered = await takePasskeyAnswer(registry, relyingParty, { challengeId: answer.challengeId, purpose, subject }, answer.passkey);
  if (!answered.ok) return err(notProven(answered.fault));
  const { identity, device, signCount } = answered.value;
  return (await recordDeviceUse(registry, device, signCount)) ? ok({ ...identity, deviceId: device.deviceId }) : err(signinFaults.fault('SIGN_IN_PASSKEY_REFUSED'));
}

/**
 * As {@link verifyPasskeyHolder}, and that the document behind the identity may still be used and the identity is not
 * frozen. Only the citizen's own pages (`session`) stay open to the holder of a frozen one: there they lift it.
 * @faults also SIGN_IN_DOCUMENT_EXPIRED, SIGN_IN_DOCUMENT_REPORTED, SIGN_IN_HOLDER_DECEASED, SIGN_IN_IDENTITY_FROZEN
 */
export async function verifyPasskeyAnswer(registry: Registry, relyingParty: RelyingParty, purpose: SignInPurpose, subject: string, answer: PasskeyAnswer): Promise<Result<PasskeyHolder>> {
  const holder = await verifyPasskeyHolder(registry, relyingParty, purpose, subject, answer);
  if (!holder.ok) return holder;
  if (holder.value.isFrozen && purpose !== 'session') return err(signinFaults.fault('SIGN_IN_IDENTITY_FROZEN'));
  const unusable = await whyUnusable(registry, holder.value);
  return unusable === undefined ? holder : err(unusable);
}

/** Why the document behind an identity may not be used. @returns undefined when it may */
export async function whyUnusable(registry: Registry, { document }: ActiveIdentity): Promise<Fault | undefined> {
  const usability = await documentUsability(registry, document);
  return usability === 'usable' ? undefined : signinFaults.fault(UNUSABLE[usability]);
}

const REFUSALS = { expired: 'SIGN_IN_CHALLENGE_EXPIRED', unknown: 'SIGN_IN_PASSKEY_REFUSED', refused: 'SIGN_IN_PASSKEY_REFUSED', locked: 'SIGN_IN_PASSKEY_LOCKED' } as const;
export const notProven = (why: keyof typeof REFUSALS): Fault => signinFaults.fault(REFUSALS[why]);

const UNUSABLE = { expired: 'SIGN_IN_DOCUMENT_EXPIRED', lostOrStolen: 'SIGN_IN_DOCUMENT_REPORTED', holderDeceased: 'SIGN_IN_HOLDER_DECEASED' } as const;
