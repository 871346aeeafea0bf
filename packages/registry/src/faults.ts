import { defineFaults } from '@visavis/kernel';

export const registryFaults = defineFaults({
  ENROLMENT_UNKNOWN: {
    stage: 'request',
    retry: 'user',
    meaning: 'This enrolment is not known here, or it is over and was forgotten.',
    nextStep: 'Start a new enrolment. Nothing was kept of the last one.',
  },
  ENROLMENT_OVER: {
    stage: 'request',
    retry: 'user',
    meaning: 'This enrolment has ended: it was withdrawn, not accepted, or took too long.',
    nextStep: 'Start a new enrolment. Nothing was kept of the last one.',
  },
  ENROLMENT_ALREADY_USED: {
    stage: 'identity',
    retry: 'never',
    meaning: 'A digital identity was already made from this enrolment.',
    nextStep: 'Sign in with the passkey you made.',
  },
  ENROLMENT_REQUEST_REUSED: {
    stage: 'request',
    retry: 'never',
    meaning: 'This request was already made by another device.',
    nextStep: 'Reload the page and start again.',
  },
  IDENTITY_DOCUMENT_ALREADY_ENROLLED: {
    stage: 'identity',
    retry: 'agent',
    meaning: 'A digital identity already exists for this document.',
    nextStep: 'Sign in with your passkey. If it was not you, or you lost your device, go to a counter with the document.',
  },
  IDENTITY_DOCUMENT_REPORTED: {
    stage: 'identity',
    retry: 'agent',
    meaning: 'This document has been reported lost, stolen or cancelled.',
    nextStep: 'Use another document, or go to a counter.',
  },
  IDENTITY_DOCUMENT_EXPIRED: {
    stage: 'identity',
    retry: 'user',
    meaning: 'This document has expired.',
    nextStep: 'Use a document that is still valid.',
  },
  PASSKEY_CHALLENGE_EXPIRED: {
    stage: 'identity',
    retry: 'user',
    meaning: 'Making the passkey took too long.',
    nextStep: 'Make the passkey again.',
  },
  PASSKEY_NOT_ACCEPTED: {
    stage: 'identity',
    retry: 'user',
    meaning: 'The passkey could not be accepted: it must be unlocked by you (by PIN, finger or face) and made on this site.',
    nextStep: 'Make the passkey again, with the screen lock of your device switched on.',
  },
});
