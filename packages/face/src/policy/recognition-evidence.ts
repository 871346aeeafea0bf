import { z } from 'zod';
import { measuredModels, measuredRate, sha256 } from './measured.ts';

const curve = z
  .strictObject({
    /** What was held against what: how many pictures stand on each side. */
    comparison: z.string().min(1).max(200),
    points: z.array(z.strictObject({ threshold: z.number(), fmr: measuredRate, fnmr: measuredRate })).min(1).max(2000),
  })
  .refine(({ points }) => points.every((p, i) => i === 0 || (p.threshold > points[i - 1]!.threshold && p.fmr.value <= points[i - 1]!.fmr.value)), 'thresholds rise and fmr falls');

/**
 * What `visavis face calibrate` measured: error rates of one embedder over thresholds of its comparison score
 * (ISO/IEC 19795-1: fmr, fnmr), on which data, with which files. Numbers only: no picture, no embedding, no name.
 */
export const recognitionEvidenceSchema = z.strictObject({
  embedder: z.strictObject({ id: z.string().min(1).max(64), sha256 }),
  models: measuredModels,
  date: z.iso.date(),
  dataSet: z.string().min(1).max(300),
  people: z.int().positive(),
  images: z.int().positive(),
  method: z.string().min(1).max(1000),
  /** How to measure again: what an auditor runs. */
  command: z.string().min(1).max(300),
  /** Pictures in which the engine accepts no face. */
  failureToAcquire: measuredRate,
  curves: z.record(z.string().min(1).max(64), curve),
  /** What this evidence does not show. */
  limits: z.string().min(1).max(1000),
});

export type RecognitionEvidence = z.infer<typeof recognitionEvidenceSchema>;
export type RecognitionCurve = RecognitionEvidence['curves'][string];
