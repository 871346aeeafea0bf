import { defineFaults } from '@visavis/kernel';

export const specimenStateFaults = defineFaults({
  SPECIMEN_REQUEST_INVALID: { stage: 'request', retry: 'user', meaning: 'The made-up passport office could not read this order.', nextStep: 'Check the names and dates, then try again.' },
  SPECIMEN_PORTRAIT_UNUSABLE: { stage: 'request', retry: 'user', meaning: 'This picture cannot be used: it is not a whole JPEG, or it is too small or too large.', nextStep: 'Take or choose another picture.' },
  SPECIMEN_CROSS_ORIGIN: { stage: 'request', retry: 'never', meaning: 'Another website tried to use the made-up passport office.', nextStep: 'Go back to the demo and start again there.' },
  SPECIMEN_CHIP_UNKNOWN: { stage: 'request', retry: 'never', meaning: 'This made-up passport does not exist, or no longer.', nextStep: 'Have a new one made.' },
  SPECIMEN_ADDRESS_UNKNOWN: { stage: 'request', retry: 'never', meaning: 'There is nothing at this address.', nextStep: 'Go back to the demo and start again there.' },
  SPECIMEN_BUSY: { stage: 'request', retry: 'now', meaning: 'The made-up passport office has its hands full.', nextStep: 'Wait a minute and try again.' },
  SPECIMEN_FAILED: { stage: 'request', retry: 'now', meaning: 'Something went wrong in the made-up passport office.', nextStep: 'Try again in a minute.' },
});

export type SpecimenStateCode = keyof typeof specimenStateFaults.entries;

export const statusOfCode: Readonly<Record<SpecimenStateCode, number>> = {
  SPECIMEN_REQUEST_INVALID: 400,
  SPECIMEN_PORTRAIT_UNUSABLE: 422,
  SPECIMEN_CROSS_ORIGIN: 403,
  SPECIMEN_CHIP_UNKNOWN: 404,
  SPECIMEN_ADDRESS_UNKNOWN: 404,
  SPECIMEN_BUSY: 503,
  SPECIMEN_FAILED: 500,
};
