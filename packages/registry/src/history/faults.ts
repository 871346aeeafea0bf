import { defineFaults } from '@visavis/kernel';

export const historyFaults = defineFaults({
  HISTORY_ALREADY_ON: {
    stage: 'identity',
    retry: 'user',
    meaning: 'Your history is already switched on.',
    nextStep: 'Reload the page and open it. To start a new one, switch it off first: that deletes what is in it.',
  },
  HISTORY_OFF: {
    stage: 'identity',
    retry: 'user',
    meaning: 'Your history was switched off meanwhile, perhaps in another window.',
    nextStep: 'Reload the page. You can switch a new one on.',
  },
  HISTORY_TOO_MANY_WAYS: {
    stage: 'identity',
    retry: 'user',
    meaning: 'There are already as many keys to your history as there can be.',
    nextStep: 'Open it with one of the passkeys or the printed code that you have.',
  },
  HISTORY_PASSKEY_OF_ANOTHER: {
    stage: 'identity',
    retry: 'user',
    meaning: 'This passkey belongs to another digital identity.',
    nextStep: 'Use the passkey that you signed in with.',
  },
});
