/** Bounds of one `readDocument`: whatever a chip and its relay do, it ends inside them, in CHIP_SESSION_TOO_LONG or another code. */

/** Commands: a 64 KiB portrait by short READ BINARY takes 300. */
export const MAX_SESSION_COMMANDS = 480;
/** Commands of one batch: what the relay's message format carries at most. */
export const MAX_BATCH_COMMANDS = 320;
/** Round trips: a chip that behaves takes 6, one with every known quirk less than 20. */
export const MAX_SESSION_BATCHES = 32;
/** Bytes of all answers: twice the largest document. */
export const MAX_SESSION_ANSWER_BYTES = 256 * 1024;
/** By the caller's clock: slow chips over slow networks take 20. Longer, and the citizen has long taken the document away. */
export const MAX_SESSION_SECONDS = 60;
/** Times that a chip which dropped its channel is opened anew, with fresh nonces, before it counts as broken. */
export const MAX_OPENINGS = 4;
/** PACE variants tried of all that EF.CardAccess offers. */
export const MAX_PACE_ATTEMPTS = 4;
/** GET RESPONSE in a row for one answer. */
export const MAX_ANSWER_PARTS = 8;
