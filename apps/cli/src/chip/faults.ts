import { defineFaults } from '@visavis/kernel';

export const chipCommandFaults = defineFaults({
  PCSC_UNAVAILABLE: {
    stage: 'request',
    retry: 'user',
    meaning: 'The smart card service of this computer cannot be reached.',
    nextStep: 'Start it (Debian: apt-get install pcscd, then systemctl start pcscd) and try again.',
  },
  PCSC_READER_UNKNOWN: {
    stage: 'request',
    retry: 'user',
    meaning: 'No reader of this name is connected.',
    nextStep: 'Plug it in; “visavis chip read” alone lists the readers there are.',
  },
  PCSC_CARD_ABSENT: {
    stage: 'request',
    retry: 'user',
    meaning: 'No document answers on the reader.',
    nextStep: 'Lay the document on the reader, wait a second, and try again.',
  },
  PCSC_TRANSMISSION_FAILED: {
    stage: 'chip',
    retry: 'user',
    meaning: 'The reader or the smart card service failed while the document was read.',
    nextStep: 'Check that the reader is plugged in and that pcscd runs, and try again.',
  },
});
