import { defineFaults, type PublicFault, toPublic } from '@visavis/kernel';

/** What the citizen's own side may refuse; everything else is told by the server or the booth, already in words. */
export const clientFaults = defineFaults({
  NETWORK_CUT: { stage: 'network', retry: 'now', meaning: 'The connection was cut.', nextStep: 'Check your connection and start again. No picture and no name was kept.' },
  SERVER_ANSWER_INVALID: { stage: 'network', retry: 'now', meaning: 'The service gave an answer that makes no sense.', nextStep: 'Reload the page or update the app, then try again.' },
  BOOTH_LOST: { stage: 'booth', retry: 'now', meaning: 'The sealed room closed before it could decide.', nextStep: 'Start again. No picture and no name was kept.' },
  BOOTH_ANSWER_INVALID: { stage: 'channel', retry: 'never', meaning: 'A message in the name of the sealed room was changed, repeated, missing or out of order on its way.', nextStep: 'Start again, on another network if it happens twice.' },
  CAMERA_DENIED: { stage: 'camera', retry: 'user', meaning: 'The camera may not be used, or there is none.', nextStep: 'Allow the camera for this page and try again, or use the counter, which needs none.' },
  PASSKEY_NOT_CREATED: { stage: 'identity', retry: 'user', meaning: 'No passkey was made on this device.', nextStep: 'Confirm with your finger, face or device code when your device asks.' },
  IDENTITY_ANSWER_LOST: { stage: 'identity', retry: 'user', meaning: 'The connection was cut while your digital identity was being made, so we can not see from here whether it was.', nextStep: 'Sign in with the passkey you just made. If that does not work, start again.' },
  PASSKEY_NOT_USED: { stage: 'signIn', retry: 'user', meaning: 'Your device did not confirm with a passkey.', nextStep: 'Try again and confirm when your device asks, on the device where you enrolled.' },
  SHARED_PROOF_LINK_BROKEN: { stage: 'request', retry: 'user', meaning: 'This link is not whole.', nextStep: 'Open it again from the message or the code, and make sure that all of it is copied.' },
  ENROLMENT_WITHDRAWN: { stage: 'request', retry: 'user', meaning: 'You stopped. No picture and no name was kept.', nextStep: 'Start again whenever you like, or use the counter.' },
});

/** A fault of this room in its words. */
export const clientFault = (code: keyof typeof clientFaults.entries): PublicFault => toPublic(clientFaults.fault(code), clientFaults);
