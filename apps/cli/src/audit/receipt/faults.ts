import { defineFaults } from '@visavis/kernel';

export const receiptAuditFaults = defineFaults({
  AUDIT_KEYS_UNREADABLE: {
    stage: 'request',
    retry: 'user',
    meaning: 'The keys to check against could not be read.',
    nextStep: 'Give the file that “visavis audit keys” made, or the operator key as a JSON Web Key and the log key in its text form.',
  },
  AUDIT_FILE_UNREADABLE: {
    stage: 'request',
    retry: 'user',
    meaning: 'The file to check could not be read.',
    nextStep: 'Check its name. A receipt is a small file that you downloaded after your enrolment.',
  },
  AUDIT_SERVER_UNREACHABLE: {
    stage: 'network',
    retry: 'now',
    meaning: 'The service did not tell its keys.',
    nextStep: 'Check the address and your connection, then try again.',
  },
});
