import { type RegistrationResponseJSON, verifyRegistrationResponse } from '@simplewebauthn/server';
import { err, ok, type Result, toBase64Url } from '@visavis/kernel';
import { registryFaults } from './faults.ts';
import { PASSKEY_ALGORITHMS } from './passkey-options.ts';
import type { RelyingParty } from './relying-party.ts';
import { MAX_CREDENTIAL_ID_LENGTH, MAX_PUBLIC_KEY_LENGTH, type RowContent, TRANSPORTS } from './sealing/row-contents.ts';

/** A passkey that was just made: its row's content, and the counter it starts with. */
export interface NewPasskey {
  readonly content: RowContent<'devices'>;
  readonly signCount: number;
}

/**
 * Establishes that a passkey was made on this site, by a verified user, for this challenge. Does not establish on which
 * device: attestation is not asked for.
 * @param passkey comes from a stranger; nothing in it is trusted
 * @faults PASSKEY_NOT_ACCEPTED
 * @source WebAuthn Level 3 §7.1
 */
export async function verifyNewPasskey(relyingParty: RelyingParty, challenge: string, passkey: Readonly<Record<string, unknown>>, atMs: number): Promise<Result<NewPasskey>> {
  try {
    const verified = await verifyRegistrationResponse({
      response: passkey as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
    });
    const credential = verified.registrationInfo?.credential;
    const publicKey = credential && toBase64Url(credential.publicKey);
    // Both are whatever a stranger's program says: bounded before they are kept.
    if (verified.verified && publicKey !== undefined && credential !== undefined && credential.id.length <= MAX_CREDENTIAL_ID_LENGTH && publicKey.length <= MAX_PUBLIC_KEY_LENGTH) {
      const transports = TRANSPORTS.filter((known) => credential.transports?.includes(known));
      return ok({ content: { credentialId: credential.id, publicKey, transports, addedAt: new Date(atMs).toISOString() }, signCount: credential.counter });
    }
  } catch {
    // The library throws on whatever is wrong with a stranger's JSON; all of it is one refusal.
  }
  return err(registryFaults.fault('PASSKEY_NOT_ACCEPTED'));
}
