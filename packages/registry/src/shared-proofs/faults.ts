import { defineFaults } from '@visavis/kernel';

/** The first four are told to whoever holds the link, and to nobody who guesses. */
export const sharedProofFaults = defineFaults({
  SHARED_PROOF_UNKNOWN: {
    stage: 'identity',
    retry: 'user',
    meaning: 'There is no proof behind this link, or it ended so long ago that it was forgotten.',
    nextStep: 'Check that the whole link was copied. If it was, ask the person for a new proof.',
  },
  SHARED_PROOF_USED: {
    stage: 'identity',
    retry: 'user',
    meaning: 'This proof was already looked at as often as the person allowed.',
    nextStep: 'If it was not you who looked, somebody else has the link: tell the person, and ask for a new proof.',
  },
  SHARED_PROOF_EXPIRED: {
    stage: 'identity',
    retry: 'user',
    meaning: 'This proof was real, and its time is over.',
    nextStep: 'Ask the person for a new proof.',
  },
  SHARED_PROOF_REVOKED: {
    stage: 'identity',
    retry: 'user',
    meaning: 'This proof was taken back. It proves nothing any more.',
    nextStep: 'Ask the person. Do not rely on what you saw of it before.',
  },
  SHARED_PROOF_TOO_MANY: {
    stage: 'identity',
    retry: 'user',
    meaning: 'Ten of your proofs are still open.',
    nextStep: 'Take back one that is no longer needed, then make the new one.',
  },
  SHARED_PROOF_LINK_REFUSED: {
    stage: 'identity',
    retry: 'user',
    meaning: 'The link of this proof can not be used.',
    nextStep: 'Make the proof again: your browser makes a new link for it.',
  },
});
