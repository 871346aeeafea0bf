import { defineFaults } from '@visavis/kernel';

const START_AGAIN = 'Start again. No picture and no name was kept.';

/** The booth's closed list of refusals. Those of the chip and of the face come from their own rooms and pass through. */
export const boothFaults = defineFaults({
  BOOTH_NONE_FREE: { stage: 'booth', retry: 'now', meaning: 'All sealed rooms are in use.', nextStep: 'Wait a minute and try again.' },
  BOOTH_FACE_ROOM_BUSY: { stage: 'booth', retry: 'now', meaning: 'No sealed room for the camera step became free in time.', nextStep: 'Start again in a few minutes. No picture and no name was kept.' },
  BOOTH_DEVICE_SILENT: { stage: 'booth', retry: 'now', meaning: 'Nothing was heard from your device for too long, so the sealed room closed.', nextStep: START_AGAIN },
  BOOTH_TIME_OUT: { stage: 'booth', retry: 'now', meaning: 'The sealed room closed because its time was over.', nextStep: START_AGAIN },
  BOOTH_CELL_DIED: { stage: 'booth', retry: 'now', meaning: 'The sealed room broke down and everything in it is gone.', nextStep: START_AGAIN },
  BOOTH_MEMORY_EXCEEDED: { stage: 'booth', retry: 'now', meaning: 'The sealed room took more memory than any enrolment needs and was ended with everything in it.', nextStep: START_AGAIN },
  BOOTH_DISCONNECTED: { stage: 'booth', retry: 'now', meaning: 'The connection to your device was lost, so the sealed room closed.', nextStep: START_AGAIN },
  BOOTH_SHUT_DOWN: { stage: 'booth', retry: 'now', meaning: 'The service is restarting, so the sealed room closed.', nextStep: 'Start again in a minute. No picture and no name was kept.' },
  BOOTH_TOO_MUCH_SENT: { stage: 'booth', retry: 'never', meaning: 'Your device sent more than a sealed room takes.', nextStep: 'Close other programs that use the camera, update the app, and start again.' },
  BOOTH_TRUST_ANCHORS_INVALID: { stage: 'booth', retry: 'never', meaning: 'The sealed room was not given a usable list of issuing states.', nextStep: 'Try again later. The service must be repaired.' },
  BOOTH_HELLO_INVALID: { stage: 'channel', retry: 'never', meaning: 'The device that tried to speak to the sealed room is not the one that started.', nextStep: 'Continue on the device where you started, or start again here.' },
  BOOTH_CHANNEL_SEQUENCE: { stage: 'channel', retry: 'never', meaning: 'A message to the sealed room was changed, repeated, missing or out of order on its way.', nextStep: 'Start again, on another network if it happens twice.' },
  BOOTH_CHANNEL_MALFORMED: { stage: 'channel', retry: 'never', meaning: 'The sealed room could not read what the device sent.', nextStep: 'Update the app or reload the page, then start again.' },
  BOOTH_MESSAGE_UNEXPECTED: { stage: 'channel', retry: 'never', meaning: 'The device sent a step at the wrong moment.', nextStep: 'Update the app or reload the page, then start again.' },
  DECISION_UNDER_AGE: { stage: 'decision', retry: 'never', meaning: 'A digital identity is for adults, and the document says that its holder is not one yet.', nextStep: 'Come back on or after the birthday that makes you an adult.' },
  DECISION_DOCUMENT_EXPIRED: { stage: 'decision', retry: 'never', meaning: 'The document has expired.', nextStep: 'Use a document that is still in force.' },
  DECISION_DOCUMENT_REPORTED: { stage: 'decision', retry: 'agent', meaning: 'The document was reported lost or stolen.', nextStep: 'If it is yours and you have found it again, go to a counter with it.' },
  DECISION_HOLDER_DECEASED: { stage: 'decision', retry: 'agent', meaning: 'The holder of the document has been reported dead.', nextStep: 'If that is a mistake, go to a counter with the document.' },
  DECISION_DOCUMENT_STATUS_UNAVAILABLE: { stage: 'decision', retry: 'agent', meaning: 'It could not be checked whether the document was reported lost or stolen.', nextStep: 'Try again later, or go to a counter with your document.' },
  DECISION_DOCUMENT_TRIES_EXHAUSTED: { stage: 'decision', retry: 'agent', meaning: 'This document was used for as many attempts as one has in a day.', nextStep: 'Come back a day after the first attempt, or go to a counter with your document.' },
  DECISION_PORTRAIT_MAY_BE_OLD: { stage: 'decision', retry: 'agent', meaning: 'Your face could not be matched with the portrait in the document, which may be several years old.', nextStep: 'Go to a counter with your document: a person can compare better across years. Trying again here would hardly help.' },
  DECISION_CHECK_NOT_RUN: { stage: 'decision', retry: 'agent', meaning: 'A check that the rules ask for could not be made.', nextStep: 'Try again, or go to a counter with your document.' },
  DECISION_POLICY_MISMATCH: { stage: 'decision', retry: 'never', meaning: 'The parts of the sealed room did not work by the same rules.', nextStep: 'Try again later. The service must be repaired.' },
  DECISION_CHIP_SESSIONS_EXHAUSTED: { stage: 'decision', retry: 'agent', meaning: 'The document could not be read in the number of tries that one attempt has.', nextStep: 'Check what you typed against the document and start again, or go to a counter.' },
  DECISION_SCRIPTS_EXHAUSTED: { stage: 'decision', retry: 'agent', meaning: 'The camera step did not succeed in the number of tries that one attempt has.', nextStep: 'Start again in better light, or go to a counter with your document.' },
});
export type BoothFaultCode = keyof typeof boothFaults.entries;
