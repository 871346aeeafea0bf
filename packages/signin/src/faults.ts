import { defineFaults } from '@visavis/kernel';

export const signinFaults = defineFaults({
  SIGN_IN_NEEDED: { stage: 'signIn', retry: 'user', meaning: 'You are not signed in, or your session has ended.', nextStep: 'Sign in with your passkey.' },
  SIGN_IN_CHALLENGE_EXPIRED: { stage: 'signIn', retry: 'user', meaning: 'Signing in took too long, or was already done once.', nextStep: 'Try again.' },
  SIGN_IN_PASSKEY_REFUSED: { stage: 'signIn', retry: 'user', meaning: 'The passkey did not prove that it is you.', nextStep: 'Try again and unlock the passkey with PIN, finger or face. If its digital identity is no more, choose another passkey, or create a digital identity first.' },
  SIGN_IN_INTERACTION_UNKNOWN: { stage: 'signIn', retry: 'user', meaning: 'This sign-in is over, took too long, or was started in another browser.', nextStep: 'Go back to the service and start again.' },
  SIGN_IN_STEP_OUT_OF_ORDER: { stage: 'signIn', retry: 'user', meaning: 'Before you can agree, your passkey is needed.', nextStep: 'Use your passkey first.' },
  SIGN_IN_OF_ANOTHER_PERSON: { stage: 'signIn', retry: 'user', meaning: 'Somebody else used their passkey for this sign-in before you did.', nextStep: 'Go back to the service and start again.' },
  SIGN_IN_LEVEL_TOO_LOW: { stage: 'signIn', retry: 'agent', meaning: 'This service asks for a higher level of assurance than your digital identity has.', nextStep: 'Go to a counter to raise its level, or use the service in another way.' },
  SIGN_IN_DOCUMENT_REPORTED: { stage: 'signIn', retry: 'agent', meaning: 'The document behind this digital identity was reported lost, stolen or cancelled.', nextStep: 'Go to a counter with a valid document.' },
  SIGN_IN_DOCUMENT_EXPIRED: { stage: 'signIn', retry: 'agent', meaning: 'The document behind this digital identity has expired.', nextStep: 'Go to a counter with a valid document.' },
  SIGN_IN_TOO_MANY: { stage: 'signIn', retry: 'now', meaning: 'You signed in very often in a short time.', nextStep: 'Wait a minute and try again.' },
  SIGN_IN_PHONE_CODE_STALE: { stage: 'signIn', retry: 'user', meaning: 'This code was replaced, or was used already.', nextStep: 'Scan the code that the computer in front of you shows now. If somebody sent you the code, do not go on: they want to be signed in as you.' },
  SIGN_IN_PHONE_SCANNED_TWICE: { stage: 'signIn', retry: 'user', meaning: 'Two devices scanned the code of this computer, so the attempt was ended.', nextStep: 'Make sure that nobody else can see the screen, and begin again on the computer.' },
  SIGN_IN_PHONE_NUMBER_WRONG: { stage: 'signIn', retry: 'user', meaning: 'This is not the number that the computer shows, so the attempt was ended.', nextStep: 'Begin again on the computer. If there is no computer with a number in front of you, somebody may be trying to sign in as you: do not go on.' },
  SIGN_IN_PHONE_OVER: { stage: 'signIn', retry: 'user', meaning: 'This attempt is over, or took too long.', nextStep: 'Begin again on the computer.' },
  SIGN_IN_PHONE_REFUSED: { stage: 'signIn', retry: 'user', meaning: 'This attempt was refused on the phone.', nextStep: 'Begin again on the computer if you want to sign in.' },
  SIGN_IN_PHONE_TOO_MANY: { stage: 'signIn', retry: 'user', meaning: 'A phone was asked too often for this sign-in.', nextStep: 'Use a passkey on this computer, or go back to the service and start again.' },
  SIGN_IN_PHONE_PAUSED: { stage: 'signIn', retry: 'user', meaning: 'A wrong number was chosen twice on this phone. To protect you, it approves nothing for a while.', nextStep: 'If somebody tells you to go on, do not: they may want to be signed in as you.' },
  SIGN_IN_PHONE_LOCKED: { stage: 'signIn', retry: 'user', meaning: 'You locked signing in on a computer with your phone.', nextStep: 'Unlock it in your account, or use a passkey on the computer.' },
  SIGN_IN_PROOF_UNAVAILABLE: { stage: 'signIn', retry: 'now', meaning: 'This service asks for what only the civil registry can prove, and the registry does not answer.', nextStep: 'Try again in a minute.' },
  SIGN_IN_HOLDER_DECEASED: { stage: 'signIn', retry: 'agent', meaning: 'The person behind this digital identity has been reported dead.', nextStep: 'If that is a mistake, go to a counter with a valid document.' },
});
