import { z } from 'zod';
import { loggedEntry } from './log-entry.ts';

/** A code that fewer people than this met in a day is not named: in a small place one refusal could point to one person. */
export const LEAST_NAMED = 5;

const count = z.int().min(0);

/** How long people waited for a sealed room, from their first asking: at most that many seconds. */
export const waitedAtMost = ['10', '60', '300', 'longer'] as const;
export type WaitedAtMost = (typeof waitedAtMost)[number];

/**
 * What happened on one day (UTC), counted. No person, no hour, no document, no service. Every room that was opened ends
 * in one outcome, but for those whose server died: `attempts` is then larger than the sum of `outcomes`.
 */
export const dailyFigures = z.strictObject({
  day: z.iso.date(),
  /** Sealed rooms that were opened. */
  attempts: count,
  outcomes: z.strictObject({ accept: count, refer: count, reject: count, withdrawn: count, failed: count }),
  /** Rooms that did not accept, by each code that they gave; one room may give several. */
  refusals: z.record(z.string().regex(/^[A-Z][A-Z0-9_]{2,63}$/), z.int().min(LEAST_NAMED)),
  /** All codes met by fewer than {@link LEAST_NAMED} each, together. */
  rareRefusals: count,
  waited: z.strictObject({ 10: count, 60: count, 300: count, longer: count }),
  identitiesMade: count,
  identitiesErased: count,
  /** Rooms that were destroyed with all they held, with a signed receipt. */
  roomsErased: count,
});
export type DailyFigures = z.infer<typeof dailyFigures>;

/** `text` is the JSON of {@link dailyFigures} exactly as it was hashed into the log. */
export const publishedDay = z.strictObject({ text: z.string().max(20_000), logged: loggedEntry });
export type PublishedDay = z.infer<typeof publishedDay>;

/** Newest first. */
export const publishedDays = z.strictObject({ days: z.array(publishedDay).max(31) });
