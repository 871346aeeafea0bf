import { generateAuthenticationOptions } from '@simplewebauthn/server';
import { verifyPossession } from '@visavis/contract';
import { err, fromBase64Url, ok, type Result } from '@visavis/kernel';
import { issueChallenge } from './challenges.ts';
import { registryFaults } from './faults.ts';
import { findEnrolment } from './find-enrolment.ts';
import type { Registry } from './registry.ts';
import type { RelyingParty } from './relying-party.ts';

export interface RenewalOptions {
  readonly challengeId: string;
  readonly options: Awaited<ReturnType<typeof generateAuthenticationOptions>>;
}

/**
 * A challenge for a passkey of the identity that shall move to this enrolment's document. It says nothing about
 * whether there is such an identity.
 * @param request possession is signed by the device's key
 * @faults ENROLMENT_UNKNOWN, CLIENT_KEY_NOT_PROVEN, ENROLMENT_ALREADY_USED, ENROLMENT_OVER
 * @source WebAuthn Level 3 §5.5
 */
export async function renewalOptions(registry: Registry, relyingParty: RelyingParty, request: { readonly enrolmentId: string; readonly possession: string }): Promise<Result<RenewalOptions>> {
  const atMs = registry.clock();
  const enrolment = await findEnrolment(registry, request.enrolmentId);
  if (!enrolment.ok) return enrolment;
  const { enrolmentId, clientKeyThumbprint, state, expiresAtMs } = enrolment.value;
  const proven = await verifyPossession(request.possession, { enrolmentId, action: 'renewalOptions', clientKeyThumbprint, atMs });
  if (!proven.ok) return proven;
  if (state === 'bound') return err(registryFaults.fault('ENROLMENT_ALREADY_USED'));
  if (state !== 'open' || expiresAtMs <= atMs) return err(registryFaults.fault('ENROLMENT_OVER'));
  const { challengeId, challenge } = await issueChallenge(registry, 'renewal', enrolmentId);
  return ok({ challengeId, options: await generateAuthenticationOptions({ rpID: relyingParty.rpId, challenge: fromBase64Url(challenge), userVerification: 'required', allowCredentials: [] }) });
}
