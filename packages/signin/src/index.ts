export { createProvider } from './create-provider.ts';
export { createSigninKeys, type SigninKeys } from './create-signin-keys.ts';
export { signinFaults } from './faults.ts';
export { answerConsent, answerPasskey, type BrowserExchange, readInteraction, type SigninDesk } from './interactions.ts';
export type { Mount, MountedProvider } from './mount.ts';
export { parseServices } from './parse-services.ts';
export { type PasskeyChallenge, passkeyChallenge, verifyPasskeyAnswer, verifyPasskeyHolder } from './passkey-sign-in.ts';
export type { Service } from './service.ts';
export { strictMount } from './strict/strict-mount.ts';
