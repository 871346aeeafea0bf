/** Version of the text that the site shows before an enrolment. Change it with the text: an older agreement then no longer counts. */
export const CONSENT_TEXT_VERSION = '2026-11.4';
/** The same of the text before a visit to a counter. */
export const COUNTER_CONSENT_TEXT_VERSION = 'counter-2026-11.1';
