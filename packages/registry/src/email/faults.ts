import { defineFaults } from '@visavis/kernel';

export const emailFaults = defineFaults({
  EMAIL_CODE_REFUSED: {
    stage: 'identity',
    retry: 'user',
    meaning: 'This is not the code that was sent, or it was used, is older than an hour, or was mistyped too often.',
    nextStep: 'Type the code from the newest e-mail, or have a new one sent.',
  },
  EMAIL_TOO_MANY_CODES: {
    stage: 'identity',
    retry: 'user',
    meaning: 'Five codes were sent for your account within a day.',
    nextStep: 'Try again tomorrow.',
  },
});
