import { defineFaults, type Fault } from '@visavis/kernel';
import { WINDOW_S } from './rate-limiter.ts';

export const serverFaults = defineFaults({
  REQUEST_INVALID: { stage: 'request', retry: 'never', meaning: 'The service could not read this request.', nextStep: 'Update the app or reload the page, then try again.' },
  REQUEST_TOO_LARGE: { stage: 'request', retry: 'never', meaning: 'This request is larger than the service takes.', nextStep: 'Update the app or reload the page, then try again.' },
  REQUEST_TOO_MANY: { stage: 'request', retry: 'now', meaning: 'Too much was asked of the service from this connection in a short time.', nextStep: 'Wait a minute and try again.' },
  BOOTH_QUEUE_FULL: { stage: 'booth', retry: 'user', meaning: 'All sealed rooms are in use and too many people are waiting already.', nextStep: 'Come back later, or go to a counter.' },
  REQUEST_CROSS_ORIGIN: { stage: 'request', retry: 'never', meaning: 'Another website tried to use this service in your name.', nextStep: 'Close the other website and start again from the official address.' },
  REQUEST_ADDRESS_UNKNOWN: { stage: 'request', retry: 'never', meaning: 'There is nothing at this address.', nextStep: 'Start again from the first page.' },
  ENROLMENT_BOOTH_GONE: { stage: 'booth', retry: 'now', meaning: 'The sealed room of this enrolment is gone, for example because the service restarted.', nextStep: 'Start again. No picture and no name was kept.' },
  ENROLMENT_BOOTH_IN_USE: { stage: 'booth', retry: 'never', meaning: 'Another connection is already speaking with this sealed room.', nextStep: 'Continue in the window where you started.' },
  CONSENT_TEXT_OUTDATED: { stage: 'request', retry: 'user', meaning: 'The text you agreed to has changed since.', nextStep: 'Reload the page and read it again.' },
  LOG_READ_TOO_OFTEN: { stage: 'log', retry: 'now', meaning: 'The transparency log was read too often from this connection in a short time.', nextStep: 'Wait a minute and go on.' },
  START_SERVICES_REFUSED: { stage: 'signIn', retry: 'never', meaning: 'A service is registered in a way that can not be, or must not be.', nextStep: 'Correct what is named below in the file of services.' },
  START_SPECIMEN_ANCHOR: { stage: 'authenticity', retry: 'never', meaning: 'The trust anchors hold a made-up state, which anybody can have passports of.', nextStep: 'Configure the real issuing states, or start the demo with VISAVIS_MODE=demo.' },
  START_TRUST_STORE_INVALID: { stage: 'authenticity', retry: 'never', meaning: 'The trust store was not written by the operator, or was changed since.', nextStep: 'Use a store that “visavis trust” made and the configured key signed.' },
  START_WALLS_MISSING: { stage: 'booth', retry: 'never', meaning: 'A booth must be sealed, and on this machine it is not.', nextStep: 'Put the walls up that are named below, or start the demo with VISAVIS_MODE=demo.' },
  SERVER_FAILED: { stage: 'request', retry: 'now', meaning: 'Something went wrong in the service.', nextStep: 'Try again in a minute. Nothing half-made was kept.' },
});

/** Whoever meets a limit of so many in a minute. */
export const tooManyRequests = (): Fault => serverFaults.fault('REQUEST_TOO_MANY', { retryAfterS: WINDOW_S });

/** HTTP status per code where the stage's own does not fit. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  REQUEST_TOO_LARGE: 413,
  REQUEST_TOO_MANY: 429,
  LOG_READ_TOO_OFTEN: 429,
  REQUEST_CROSS_ORIGIN: 403,
  REQUEST_ADDRESS_UNKNOWN: 404,
  SERVER_FAILED: 500,
  CONSENT_TEXT_OUTDATED: 409,
  ENROLMENT_UNKNOWN: 404,
  ENROLMENT_OVER: 410,
  ENROLMENT_REQUEST_REUSED: 409,
  ENROLMENT_ALREADY_USED: 409,
  ENROLMENT_BOOTH_GONE: 410,
  ENROLMENT_BOOTH_IN_USE: 409,
  IDENTITY_DOCUMENT_ALREADY_ENROLLED: 409,
  IDENTITY_PERSON_ALREADY_ENROLLED: 409,
  IDENTITY_NAME_CHANGED: 409,
  IDENTITY_OF_ANOTHER_PERSON: 409,
  IDENTITY_ERASED_WITHOUT_RECEIPT: 503,
  HISTORY_ALREADY_ON: 409,
  HISTORY_OFF: 409,
  HISTORY_TOO_MANY_WAYS: 409,
  HISTORY_PASSKEY_OF_ANOTHER: 403,
  CLIENT_KEY_NOT_PROVEN: 403,
  BOOTH_CERTIFICATE_INVALID: 422,
  RECEIPT_UNAVAILABLE: 410,
  SIGN_IN_INTERACTION_UNKNOWN: 404,
  SIGN_IN_STEP_OUT_OF_ORDER: 409,
  SIGN_IN_OF_ANOTHER_PERSON: 409,
  SIGN_IN_LEVEL_TOO_LOW: 403,
  SIGN_IN_DOCUMENT_REPORTED: 403,
  SIGN_IN_DOCUMENT_EXPIRED: 403,
  SIGN_IN_HOLDER_DECEASED: 403,
  SIGN_IN_PROOF_UNAVAILABLE: 503,
  SIGN_IN_TOO_MANY: 429,
  SIGN_IN_PHONE_CODE_STALE: 410,
  SIGN_IN_PHONE_SCANNED_TWICE: 409,
  SIGN_IN_PHONE_NUMBER_WRONG: 403,
  SIGN_IN_PHONE_OVER: 410,
  SIGN_IN_PHONE_REFUSED: 410,
  SIGN_IN_PHONE_TOO_MANY: 429,
  SIGN_IN_PHONE_PAUSED: 429,
  SIGN_IN_PHONE_LOCKED: 403,
};

const STATUS_BY_STAGE: Readonly<Record<Fault['stage'], number>> = {
  request: 400,
  channel: 400,
  chip: 422,
  authenticity: 422,
  face: 422,
  camera: 422,
  decision: 422,
  identity: 422,
  booth: 503,
  network: 503,
  signIn: 401,
  log: 422,
};

/** The HTTP status a refusal leaves with. */
export const statusOf = (fault: Pick<Fault, 'code' | 'stage'>): number => STATUS_BY_CODE[fault.code] ?? STATUS_BY_STAGE[fault.stage];
