import { defineFaults } from '@visavis/kernel';

export const registryFaults = defineFaults({
  ENROLMENT_UNKNOWN: {
    stage: 'request',
    retry: 'user',
    meaning: 'This enrolment is not known here, or it is over and was forgotten.',
    nextStep: 'Start a new enrolment. No picture and no name of the last one was kept.',
  },
  ENROLMENT_OVER: {
    stage: 'request',
    retry: 'user',
    meaning: 'This enrolment has ended: it was withdrawn, not accepted, or took too long.',
    nextStep: 'Start a new enrolment. No picture and no name of the last one was kept.',
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
    nextStep: 'Sign in with your passkey. If you lost your devices, recover your identity. If it was not you, go to a counter with the document.',
  },
  IDENTITY_PERSON_ALREADY_ENROLLED: {
    stage: 'identity',
    retry: 'agent',
    meaning: 'A digital identity already exists for a person with this name and birth date.',
    nextStep: 'If it is yours and you have a new document, confirm with the passkey you already have. If you lost it, or it is somebody else who shares your name and birth date, go to a counter with the document.',
  },
  IDENTITY_NAME_CHANGED: {
    stage: 'identity',
    retry: 'agent',
    meaning: 'The name in the new document is not the name in your digital identity.',
    nextStep: 'Go to a counter with the document: a person there can see that the name changed.',
  },
  IDENTITY_OF_ANOTHER_PERSON: {
    stage: 'identity',
    retry: 'never',
    meaning: 'The passkey belongs to the digital identity of another person.',
    nextStep: 'Use a document and a passkey of the same person.',
  },
  IDENTITY_HOLDER_DECEASED: {
    stage: 'identity',
    retry: 'agent',
    meaning: 'The holder of this document has been reported dead.',
    nextStep: 'If that is a mistake, go to a counter with the document.',
  },
  IDENTITY_ERASED_WITHOUT_RECEIPT: {
    stage: 'identity',
    retry: 'never',
    meaning: 'The erasure of your digital identity is decided and can not be stopped any more. The receipt could not be made.',
    nextStep: 'There is nothing left to do: the service finishes it by itself. If you need a confirmation, ask the operator.',
  },
  RENEWAL_PASSKEY_REFUSED: {
    stage: 'identity',
    retry: 'user',
    meaning: 'The passkey did not prove that the digital identity is yours.',
    nextStep: 'Try again with the passkey you sign in with, and unlock it with PIN, finger or face.',
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
