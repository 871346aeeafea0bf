export { SERVICE_CLAIMS, type ServiceClaim } from './claims.ts';
export { createProvider } from './create-provider.ts';
export { createSigninKeys, type SigninKeys } from './create-signin-keys.ts';
export { signinFaults } from './faults.ts';
export { answerConsent, answerPasskey, type BrowserExchange, readInteraction, type SigninDesk } from './interactions.ts';
export { type PasskeyChallenge, passkeyChallenge, verifyPasskeyAnswer, verifyPasskeyHolder } from './passkey-sign-in.ts';
export type { Service } from './service.ts';
