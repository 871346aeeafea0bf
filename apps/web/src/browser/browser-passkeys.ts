import { type PublicKeyCredentialCreationOptionsJSON, type PublicKeyCredentialRequestOptionsJSON, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import type { Passkeys } from '@visavis/client';

/** This browser's WebAuthn. Options come from the server, which also verifies the answers. A rejection says nothing more: browsers hide why. */
export const browserPasskeys: Passkeys = {
  // A passkey that may later open a sealed history has to be made with its PRF; one that can't is made all the same.
  create: (options) => startRegistration({ optionsJSON: { ...(options as unknown as PublicKeyCredentialCreationOptionsJSON), extensions: { ...(options['extensions'] as object | undefined), prf: {} } } }),
  get: (options) => startAuthentication({ optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON }),
};
