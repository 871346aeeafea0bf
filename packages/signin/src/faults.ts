import { defineFaults } from '@visavis/kernel';

export const signinFaults = defineFaults({
  SIGN_IN_NEEDED: { stage: 'signIn', retry: 'user', meaning: 'You are not signed in, or your session has ended.', nextStep: 'Sign in with your passkey.' },
  SIGN_IN_CHALLENGE_EXPIRED: { stage: 'signIn', retry: 'user', meaning: 'Signing in took too long, or was already done once.', nextStep: 'Try again.' },
  SIGN_IN_PASSKEY_UNKNOWN: { stage: 'signIn', retry: 'user', meaning: 'This passkey belongs to no digital identity here.', nextStep: 'Choose another passkey, or create your digital identity first.' },
  SIGN_IN_PASSKEY_REFUSED: { stage: 'signIn', retry: 'user', meaning: 'The passkey did not prove that it is you.', nextStep: 'Try again and unlock the passkey with PIN, finger or face.' },
  SIGN_IN_INTERACTION_UNKNOWN: { stage: 'signIn', retry: 'user', meaning: 'This sign-in is over, took too long, or was started in another browser.', nextStep: 'Go back to the service and start again.' },
  SIGN_IN_STEP_OUT_OF_ORDER: { stage: 'signIn', retry: 'user', meaning: 'Before you can agree, your passkey is needed.', nextStep: 'Use your passkey first.' },
  SIGN_IN_OF_ANOTHER_PERSON: { stage: 'signIn', retry: 'user', meaning: 'Somebody else used their passkey for this sign-in before you did.', nextStep: 'Go back to the service and start again.' },
  SIGN_IN_LEVEL_TOO_LOW: { stage: 'signIn', retry: 'agent', meaning: 'This service asks for a higher level of assurance than your digital identity has.', nextStep: 'Go to a counter to raise its level, or use the service in another way.' },
  SIGN_IN_DOCUMENT_REPORTED: { stage: 'signIn', retry: 'agent', meaning: 'The document behind this digital identity was reported lost, stolen or cancelled.', nextStep: 'Go to a counter with a valid document.' },
  SIGN_IN_DOCUMENT_EXPIRED: { stage: 'signIn', retry: 'agent', meaning: 'The document behind this digital identity has expired.', nextStep: 'Go to a counter with a valid document.' },
  SIGN_IN_SERVICE_BLOCKED: { stage: 'signIn', retry: 'user', meaning: 'You shut this service out: you said that somebody else signed in there as you. It has been told nothing.', nextStep: 'If you want to use it again, open your account, find the service and let it in again. If it was not you who came here just now, close this page.' },
  SIGN_IN_CONSENT_CHANGED: { stage: 'signIn', retry: 'now', meaning: 'What this service may see was changed in your account while you were signing in.', nextStep: 'Reload this page and look at it again.' },
  CONSENT_CLAIM_NOT_ASKED: { stage: 'request', retry: 'user', meaning: 'The answer names something that the service did not ask for.', nextStep: 'Reload the page and answer again.' },
  CONSENT_ESSENTIAL_MISSING: { stage: 'request', retry: 'user', meaning: 'The answer leaves out something that the service can not work without.', nextStep: 'Agree to what it needs, or refuse the whole.' },
  ACCOUNT_SERVICE_UNKNOWN: { stage: 'request', retry: 'never', meaning: 'There is no such service in your account.', nextStep: 'Reload your account and look at the services there.' },
  SIGN_IN_PROOF_UNAVAILABLE: { stage: 'signIn', retry: 'now', meaning: 'This service asks for what only the civil registry can prove, and the registry does not answer.', nextStep: 'Try again in a minute.' },
  SIGN_IN_HOLDER_DECEASED: { stage: 'signIn', retry: 'agent', meaning: 'The person behind this digital identity has been reported dead.', nextStep: 'If that is a mistake, go to a counter with a valid document.' },
});
