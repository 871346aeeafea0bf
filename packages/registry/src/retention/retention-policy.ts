import { z } from 'zod';
import { durationPattern } from './before.ts';
import checkedIn from './retention.json' with { type: 'json' };

const name = z.string().regex(/^[a-z_]{1,40}$/);
const common = { class: z.string().regex(/^[a-zA-Z]{3,40}$/), after: z.string().regex(durationPattern), /** What the French decree allowed. */ decree: z.string().regex(durationPattern).optional(), why: z.string().min(20).max(300) };

const retentionClass = z.union([
  /** Rows whose `clock` column (a time, or the first day of a month) is that long past. */
  z.strictObject({ ...common, effect: z.literal('deleteRows'), table: name, clock: name }),
  /** Whole identities: data key first, then every row. A month counts from its end. */
  z.strictObject({ ...common, effect: z.literal('eraseIdentities'), reason: z.enum(['inactive', 'lastCheckTooOld']), clock: z.enum(['active_month', 'checked_month']) }),
  z.strictObject({ ...common, effect: z.literal('eraseIdentities'), reason: z.literal('deceased'), clock: z.literal('register'), after: z.literal('PT0S') }),
  z.strictObject({ ...common, effect: z.literal('destroyKeys'), clock: z.literal('made') }),
]);
export type RetentionClass = z.infer<typeof retentionClass>;

const retentionPolicySchema = z
  .strictObject({ version: z.string().regex(/^[a-z0-9.-]{1,31}$/), explanation: z.string(), classes: z.array(retentionClass).min(1) })
  .refine(({ classes }) => new Set(classes.map((entry) => entry.class)).size === classes.length, 'a class is named once');

/** How long everything about people may live, read once: a file that does not parse stops the server before it serves anybody. */
export const retentionPolicy = retentionPolicySchema.parse(checkedIn);
