import { type AuthenticationResponseJSON, generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server';
import type { PasskeyAnswer } from '@visavis/contract';
import { err, fromBase64Url, ok, type Result, toBase64Url } from '@visavis/kernel';
import { type ActiveIdentity, type ChallengePurpose, consumeChallenge, documentUsability, findDevice, findIdentity, issueChallenge, type Registry, recordDeviceUse, type RelyingParty } from '@visavis/registry';
import { signinFaults } from './faults.ts';

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
export async function passkeyChallenge(registry: Registry, relyingParty: RelyingParty, purpose: Exclude<ChallengePurpose, 'registration'>, subject: string): Promise<PasskeyChallenge> {
  const { challengeId, challenge } = await issueChallenge(registry, purpose, subject);
  return { challengeId, options: await generateAuthenticationOptions({ rpID: relyingParty.rpId, challenge: fromBase64Url(challenge), userVerification: 'required', allowCredentials: [] }) };
}

/**
 * Establishes that a registered passkey, unlocked by its user on this site, answered this challenge, once, and that
 * the document behind the identity may still be used. The challenge is spent whatever the outcome.
 * @param answer comes from the browser; nothing in it is trusted
 * @faults SIGN_IN_CHALLENGE_EXPIRED, SIGN_IN_PASSKEY_UNKNOWN, SIGN_IN_PASSKEY_REFUSED, SIGN_IN_DOCUMENT_EXPIRED, SIGN_IN_DOCUMENT_REPORTED
 */
export async function verifyPasskeyAnswer(
  registry: Registry,
  relyingParty: RelyingParty,
  purpose: Exclude<ChallengePurpose, 'registration'>,
  subject: string,
  answer: PasskeyAnswer,
): Promise<Result<ActiveIdentity>> {
  const challenge = await consumeChallenge(registry.pool, { challengeId: answer.challengeId, purpose, subject, atMs: registry.clock() });
  if (challenge === undefined) return err(signinFaults.fault('SIGN_IN_CHALLENGE_EXPIRED'));
  const passkey = answer.passkey as unknown as AuthenticationResponseJSON;
  const identityId = userHandleOf(passkey);
  const device = identityId === undefined || typeof passkey.id !== 'string' ? undefined : await findDevice(registry, identityId, passkey.id);
  if (device === undefined) return err(signinFaults.fault('SIGN_IN_PASSKEY_UNKNOWN'));
  let signCount: number;
  try {
    const verified = await verifyAuthenticationResponse({
      response: passkey,
      expectedChallenge: challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.rpId,
      credential: { id: device.credentialId, publicKey: device.publicKey, counter: device.signCount },
      requireUserVerification: true,
    });
    if (!verified.verified) return err(signinFaults.fault('SIGN_IN_PASSKEY_REFUSED'));
    signCount = verified.authenticationInfo.newCounter;
  } catch {
    // The library throws on whatever is wrong with a stranger's JSON; all of it is one refusal.
    return err(signinFaults.fault('SIGN_IN_PASSKEY_REFUSED'));
  }
  if (!(await recordDeviceUse(registry, device, signCount))) return err(signinFaults.fault('SIGN_IN_PASSKEY_REFUSED'));
  const identity = await findIdentity(registry.pool, device.identityId);
  if (identity === undefined) return err(signinFaults.fault('SIGN_IN_PASSKEY_UNKNOWN'));
  const usability = await documentUsability(registry, identity.document);
  if (usability !== 'usable') return err(signinFaults.fault(usability === 'expired' ? 'SIGN_IN_DOCUMENT_EXPIRED' : 'SIGN_IN_DOCUMENT_REPORTED'));
  return ok(identity);
}

/** The user handle is the identity's id, given to the passkey when it was made. */
function userHandleOf(passkey: AuthenticationResponseJSON): string | undefined {
  const userHandle: unknown = passkey.response?.userHandle;
  if (typeof userHandle !== 'string') return undefined;
  try {
    return toBase64Url(fromBase64Url(userHandle));
  } catch {
    return undefined;
  }
}
