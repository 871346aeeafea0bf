import { defineFaults } from '@visavis/kernel';

export const recoveryFaults = defineFaults({
  RECOVERY_NO_IDENTITY: {
    stage: 'identity',
    retry: 'user',
    meaning: 'There is no digital identity for this document, so there is nothing to recover.',
    nextStep: 'Make an identity with this document, or use the document that yours was made with.',
  },
  RECOVERY_LOCKED: {
    stage: 'identity',
    retry: 'agent',
    meaning: 'Recovery of this digital identity is locked by its holder.',
    nextStep: 'Lift the lock with a device you have, wait until it ends, or go to a counter with the document.',
  },
  RECOVERY_FROZEN: {
    stage: 'identity',
    retry: 'agent',
    meaning: 'This digital identity is frozen by its holder. A recovery does not lift that.',
    nextStep: 'Lift the freeze with a device you have, or go to a counter with the document.',
  },
  RECOVERY_DISPUTED: {
    stage: 'identity',
    retry: 'agent',
    meaning: 'Recovery of this digital identity was stopped twice from one of its devices. It is not done here any more for a month.',
    nextStep: 'Go to a counter with the document: a person there can see who is right.',
  },
  RECOVERY_WAITING: {
    stage: 'identity',
    retry: 'user',
    meaning: 'The 24 hours in which the holder can stop this recovery are not over.',
    nextStep: 'Come back when they are over, with the same passkey.',
  },
  RECOVERY_PASSKEY_REFUSED: {
    stage: 'identity',
    retry: 'user',
    meaning: 'No recovery waits for this passkey: it was stopped on another device, took longer than a week, is done already, or was begun with another passkey.',
    nextStep: 'Use the passkey you made when you began. If that is what you did, try to open your account, or begin again.',
  },
  RECOVERY_OVER: {
    stage: 'identity',
    retry: 'never',
    meaning: 'This recovery is over: there is nothing left to stop.',
    nextStep: 'Reload the page.',
  },
});
