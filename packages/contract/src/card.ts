import { z } from 'zod';
import { hex } from './primitives.ts';

/** ISO 7816-4 extended length: 4 header, 3 Lc, 65 535 data, 2 Le. */
const MAX_APDU_BYTES = 65_544;
/** Commands in one batch; a plan of short READ BINARY over a 64 KiB file needs under 300. */
export const MAX_COMMANDS_PER_BATCH = 320;

/**
 * A batch of command APDUs that the device carries to the chip in order (as TR-03112 Transmit): it stops after the
 * first answer whose status word starts with none of that command's accepted prefixes, and returns what it has.
 */
export const cardCommand = z.strictObject({
  apdu: hex(MAX_APDU_BYTES),
  /** Accepted beginnings of the status word, e.g. `["9000","62"]`. Empty: any status is accepted. */
  accept: z.array(z.string().regex(/^[0-9a-f]{2,4}$/)).max(8),
});
export type CardCommand = z.infer<typeof cardCommand>;

/** How the device's run through a batch ended. */
export const batchEnd = z.enum(['complete', 'statusMismatch', 'tagLost']);
export type BatchEnd = z.infer<typeof batchEnd>;

/** What a chip simulator or reader helper is sent over its own socket. */
export const cardBatch = z.strictObject({ batch: z.int().min(0), commands: z.array(cardCommand).min(1).max(MAX_COMMANDS_PER_BATCH) });
export type CardBatch = z.infer<typeof cardBatch>;

/** The chip's answers, data and status word each, in order; may be shorter than the batch. */
export const cardAnswers = z.strictObject({ batch: z.int().min(0), answers: z.array(hex(MAX_APDU_BYTES)).max(MAX_COMMANDS_PER_BATCH), ended: batchEnd });
export type CardAnswers = z.infer<typeof cardAnswers>;
