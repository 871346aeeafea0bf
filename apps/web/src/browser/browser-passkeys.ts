import { type PublicKeyCredentialCreationOptionsJSON, type PublicKeyCredentialRequestOptionsJSON, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import type { Passkeys } from '@visavis/client';

/** This browser's WebAuthn. Options come from the server, which also verifies the answers. A rejection says nothing more: browsers hide why. */
export const browserPasskeys: Passkeys = {
  create: (options) => startRegistration({ optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON }),
  get: (options) => startAuthentication({ optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON }),
};
