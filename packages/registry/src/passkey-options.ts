import { generateRegistrationOptions } from '@simplewebauthn/server';
import { verifyPossession } from '@visavis/contract';
import { err, fromBase64Url, ok, type Result } from '@visavis/kernel';
import { issueChallenge } from './challenges.ts';
import { registryFaults } from './faults.ts';
import { findEnrolment } from './find-enrolment.ts';
import type { Registry } from './registry.ts';
import type { RelyingParty } from './relying-party.ts';

/** EdDSA, ES256, RS256: what phones, keys and computers make. */
export const PASSKEY_ALGORITHMS = [-8, -7, -257];

export type PasskeyCreationOptions = Awaited<ReturnType<typeof generateRegistrationOptions>>;

/**
 * Options for making the one passkey of this enrolment: discoverable, user verification required, no attestation.
 * The name shown by the passkey store is fixed: the server holds no name before an identity exists.
 * @param request possession is signed by the device's key
 * @faults ENROLMENT_UNKNOWN, CLIENT_KEY_NOT_PROVEN, ENROLMENT_ALREADY_USED, ENROLMENT_OVER
 * @source WebAuthn Level 3 §5.4
 */
export async function passkeyOptions(
  registry: Registry,
  relyingParty: RelyingParty,
  request: { readonly enrolmentId: string; readonly possession: string },
): Promise<Result<PasskeyCreationOptions>> {
  const atMs = registry.clock();
  const enrolment = await findEnrolment(registry, request.enrolmentId);
  if (!enrolment.ok) return enrolment;
  const proven = await verifyPossession(request.possession, { enrolmentId: request.enrolmentId, action: 'passkeyOptions', clientKeyThumbprint: enrolment.value.clientKeyThumbprint, atMs });
  if (!proven.ok) return proven;
  if (enrolment.value.state === 'bound') return err(registryFaults.fault('ENROLMENT_ALREADY_USED'));
  if (enrolment.value.state !== 'open' || enrolment.value.expiresAtMs <= atMs) return err(registryFaults.fault('ENROLMENT_OVER'));
  const { challenge } = await issueChallenge(registry, 'registration', request.enrolmentId);
  return ok(await newPasskeyOptions(relyingParty, { userId: enrolment.value.identityId, challenge }));
}

/**
 * Options for making a passkey: discoverable, user verification required, no attestation.
 * @param made.userName what the passkey store shows; left out: the site's name, for whose name must not lie there
 * @param made.known credential ids on which none is made a second time
 * @source WebAuthn Level 3 §5.4
 */
export function newPasskeyOptions({ rpId, rpName }: RelyingParty, made: { readonly userId: string; readonly challenge: string; readonly userName?: string; readonly known?: readonly string[] }): Promise<PasskeyCreationOptions> {
  return generateRegistrationOptions({
    rpID: rpId,
    rpName,
    userID: fromBase64Url(made.userId),
    ...(made.userName === undefined ? { userName: rpName, userDisplayName: rpName } : { userName: made.userName }),
    challenge: fromBase64Url(made.challenge),
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
    excludeCredentials: (made.known ?? []).map((id) => ({ id })),
  });
}
