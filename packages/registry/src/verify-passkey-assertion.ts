import { type AuthenticationResponseJSON, verifyAuthenticationResponse } from '@simplewebauthn/server';
import type { PasskeyAnswer } from '@visavis/contract';
import { err, fromBase64Url, ok, type Result, toBase64Url } from '@visavis/kernel';
import { type Device, findDevice } from './find-device.ts';
import type { Registry } from './registry.ts';
import type { RelyingParty } from './relying-party.ts';

/** A passkey of a living identity answered. Its counter still has to be recorded: only then is the answer no replay. */
export interface PasskeyAssertion {
  readonly device: Device;
  readonly signCount: number;
}

/**
 * Establishes that a registered passkey that its holder has not locked, unlocked by its user on this site, signed this challenge. Does not take the
 * challenge out of the store and does not record the counter: the caller does both where they have to happen.
 * @param challenge that this server made for exactly this purpose
 * @param answer comes from a stranger; nothing in it is trusted
 * @returns why not, for the caller to say in its own codes
 * @source WebAuthn Level 3 §7.2
 */
export async function verifyPasskeyAssertion(registry: Registry, relyingParty: RelyingParty, challenge: string, answer: PasskeyAnswer['passkey']): Promise<Result<PasskeyAssertion, 'unknown' | 'refused' | 'locked'>> {
  const verified = await verifyAssertionOf((identityId, credentialId) => findDevice(registry, identityId, credentialId), relyingParty, challenge, answer);
  // Said to nobody who does not hold the device.
  return verified.ok && verified.value.device.isLocked ? err('locked') : verified;
}

/**
 * As {@link verifyPasskeyAssertion}, of a passkey that is found elsewhere.
 * @param find the passkey with this credential id, of the identity that it names as its user
 */
export async function verifyAssertionOf<Passkey extends Omit<Device, 'isLocked'>>(
  find: (identityId: string, credentialId: string) => Promise<Passkey | undefined>,
  relyingParty: RelyingParty,
  challenge: string,
  answer: PasskeyAnswer['passkey'],
): Promise<Result<{ readonly device: Passkey; readonly signCount: number }, 'unknown' | 'refused'>> {
  const passkey = answer as unknown as AuthenticationResponseJSON;
  const identityId = userHandleOf(passkey);
  const device = identityId === undefined || typeof passkey.id !== 'string' ? undefined : await find(identityId, passkey.id);
  if (device === undefined) return err('unknown');
  try {
    const verified = await verifyAuthenticationResponse({
      response: passkey,
      expectedChallenge: challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.rpId,
      credential: { id: device.credentialId, publicKey: device.publicKey, counter: device.signCount },
      requireUserVerification: true,
    });
    if (verified.verified) return ok({ device, signCount: verified.authenticationInfo.newCounter });
  } catch {
    // The library throws on whatever is wrong with a stranger's JSON; all of it is one refusal.
  }
  return err('refused');
}

/** The user handle is the identity's id, given to the passkey when it was made. */
export function userHandleOf(passkey: AuthenticationResponseJSON): string | undefined {
  const userHandle: unknown = passkey.response?.userHandle;
  if (typeof userHandle !== 'string') return undefined;
  try {
    return toBase64Url(fromBase64Url(userHandle));
  } catch {
    return undefined;
  }
}
