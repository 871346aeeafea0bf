import { z } from 'zod';

/** Hex, as `sha256sum` prints it. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const share = z.number().min(0).max(1);

/** A measured share of `n` comparisons, presentations or pictures, with its 95 % confidence interval (Wilson score). */
export const measuredRate = z
  .strictObject({ n: z.int().positive(), value: share, interval95: z.tuple([share, share]) })
  .refine(({ value, interval95: [low, high] }) => low <= value && value <= high, 'a rate lies inside its interval');

/** SHA-256 of every file of the model catalogue that the measurement ran with, by its name there. */
export const measuredModels = z.record(z.string().min(1).max(64), sha256);
