import { defineFaults } from '@visavis/kernel';

export const trustCommandFaults = defineFaults({
  TRUST_KEY_UNREADABLE: {
    stage: 'request',
    retry: 'user',
    meaning: 'The operator’s key could not be read.',
    nextStep: 'Give a PEM file with a P-256 key: the private one to import, the public one for everything else.',
  },
  TRUST_FILE_UNREADABLE: {
    stage: 'request',
    retry: 'user',
    meaning: 'A file could not be read, or is larger than any that is meant.',
    nextStep: 'Check its name.',
  },
  TRUST_FILE_UNKNOWN: {
    stage: 'request',
    retry: 'user',
    meaning: 'A file is no certificate, master list, deviation list, list of withdrawn certificates or LDIF file.',
    nextStep: 'Fetch it again from the state that publishes it.',
  },
  TRUST_STORE_FILE_MALFORMED: {
    stage: 'authenticity',
    retry: 'never',
    meaning: 'The trust store is not a store as this program writes it.',
    nextStep: 'Use a copy that was not changed, or make the store anew by importing its files.',
  },
  TRUST_STORE_FILE_NOT_SIGNED: {
    stage: 'authenticity',
    retry: 'never',
    meaning: 'The trust store was not signed by the operator’s key.',
    nextStep: 'Check that it is the right key. If it is, somebody changed the store: do not use it.',
  },
  TRUST_CERTIFICATE_UNKNOWN: {
    stage: 'request',
    retry: 'user',
    meaning: 'No certificate in the store has a fingerprint that starts like this, or several have.',
    nextStep: 'Look it up with “visavis trust list”.',
  },
});
