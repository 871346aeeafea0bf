import { z } from 'zod';
import { cardAnswers, cardBatch } from './card.ts';

/**
 * What the page and a native shell around it (a phone's web view with the phone's own NFC) say to each other, as JSON
 * text. `docs/native-bridge.md` is the contract for who writes a shell.
 */
export const CHIP_BRIDGE_VERSION = 1;
/** Of one message: a batch of plain READ BINARYs of a 64 KiB file, in hexadecimal, three times over. */
export const MAX_BRIDGE_MESSAGE_LENGTH = 400 * 1024;

/** Random, made by the page: one document held to the phone. What comes with another is of an earlier one. */
const session = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
/** For the phone's own sheet, which covers the page. */
const words = z.string().max(120);

export const toChipShell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open'), version: z.literal(CHIP_BRIDGE_VERSION), session, words }),
  cardBatch.extend({ type: z.literal('batch'), session }),
  z.strictObject({ type: z.literal('say'), session, words }),
  z.strictObject({ type: z.literal('close'), session }),
]);
export type ToChipShell = z.infer<typeof toChipShell>;

export const fromChipShell = z.discriminatedUnion('type', [
  /** A document is in the field. */
  z.strictObject({ type: z.literal('opened'), version: z.literal(CHIP_BRIDGE_VERSION), session }),
  cardAnswers.extend({ type: z.literal('answers'), session }),
  z.strictObject({ type: z.literal('closed'), session, why: z.enum(['cancelled', 'timeout', 'tagLost', 'unavailable']) }),
]);
export type FromChipShell = z.infer<typeof fromChipShell>;
