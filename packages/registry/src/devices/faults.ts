import { defineFaults } from '@visavis/kernel';

export const deviceFaults = defineFaults({
  DEVICE_UNKNOWN: {
    stage: 'identity',
    retry: 'user',
    meaning: 'There is no such device in your account.',
    nextStep: 'Reload the page: it may have been removed meanwhile.',
  },
  DEVICE_LAST: {
    stage: 'identity',
    retry: 'user',
    meaning: 'Without this device you could not sign in any more.',
    nextStep: 'Add another device first, or unlock one.',
  },
  DEVICE_TOO_MANY: {
    stage: 'identity',
    retry: 'user',
    meaning: 'There are already as many devices in your account as there can be.',
    nextStep: 'Remove one that you no longer use, then add the new one.',
  },
  DEVICE_KNOWN_ALREADY: {
    stage: 'identity',
    retry: 'user',
    meaning: 'This passkey is already in your account.',
    nextStep: 'Open your account with it.',
  },
  DEVICE_TICKET_OVER: {
    stage: 'identity',
    retry: 'user',
    meaning: 'This code is not known, was used already, or is too old.',
    nextStep: 'Start again on the device that you already sign in with. If you did not use the code yourself, press “Stop” there.',
  },
  DEVICE_NOT_MADE: {
    stage: 'identity',
    retry: 'user',
    meaning: 'The new device has not made its passkey yet, or it is too late.',
    nextStep: 'Wait until both devices show the same number, then confirm. If the code is too old, start again.',
  },
  DEVICE_PASSKEY_OF_ANOTHER: {
    stage: 'identity',
    retry: 'user',
    meaning: 'This passkey belongs to another digital identity.',
    nextStep: 'Use the passkey that you signed in with.',
  },
  LOCK_END_NOT_POSSIBLE: {
    stage: 'identity',
    retry: 'user',
    meaning: 'A lock can end between a minute and 90 days from now, or when you lift it.',
    nextStep: 'Choose another moment.',
  },
  IDENTITY_FROZEN: {
    stage: 'identity',
    retry: 'user',
    meaning: 'Your digital identity is frozen. Until you lift that, nobody can sign in with it and no device can be added.',
    nextStep: 'Open your account and lift the freeze with your passkey.',
  },
});
