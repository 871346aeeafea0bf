import { defineFaults, type PublicFault, toPublic } from '@visavis/kernel';

/** What only the citizen's own device can find out about their history. */
export const historyClientFaults = defineFaults({
  HISTORY_PASSKEY_CANNOT_OPEN: { stage: 'identity', retry: 'user', meaning: 'This device’s passkey can not keep a key for your history.', nextStep: 'Use a printed code instead. Without one, nobody could open the history, so none is kept.' },
  HISTORY_NOT_FOR_THIS_PASSKEY: { stage: 'identity', retry: 'user', meaning: 'This passkey does not open your history.', nextStep: 'Use the device where you switched it on, or your printed code.' },
  HISTORY_CODE_MISTYPED: { stage: 'identity', retry: 'user', meaning: 'The code is not complete, or a character is wrong.', nextStep: 'Compare it with your print, group by group. It has seven groups of four.' },
  HISTORY_CODE_WRONG: { stage: 'identity', retry: 'user', meaning: 'This code does not open your history.', nextStep: 'Look for the newest print. A code is worth nothing once another was made.' },
  HISTORY_UNREADABLE: { stage: 'identity', retry: 'never', meaning: 'What the service keeps as your history does not fit its key.', nextStep: 'Switch the history off and on again. What could not be opened is then deleted.' },
});

export const historyClientFault = (code: keyof typeof historyClientFaults.entries): PublicFault => toPublic(historyClientFaults.fault(code), historyClientFaults);
