import { z } from 'zod';
import { measuredModels, measuredRate, sha256 } from './measured.ts';

const curve = z
  .strictObject({
    /** What was held against what: how many pictures stand on each side. */
    comparison: z.string().min(1).max(200),
    points: z.array(z.strictObject({ threshold: z.number(), fmr: measuredRate, fnmr: measuredRate })).min(1).max(2000),
  })
  .refine(({ points }) => points.every((p, i) => i === 0 || (p.threshold > points[i - 1]!.threshold && p.fmr.value <= points[i - 1]!.fmr.value)), 'thresholds rise and fmr falls');

const share = z.number().min(0).max(1);
/** A threshold at a rate of strangers; interval by bootstrap over people. */
const operatingPoint = z.strictObject({ fmr: share, threshold: z.number(), tar: share, low: share, high: share, tooFew: z.literal(true).optional() });
/** The same on people whom the threshold was not fitted on: `k` photographs together against one. */
const leftOutPoint = z.strictObject({ k: z.int().min(1).max(20), fmr: share, tar: share, low: share, high: share, strangers: share, genuine: z.int().positive(), impostor: z.int().positive() });

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
  /** The same rates at round numbers, with intervals over people. */
  operatingPoints: z
    .strictObject({ single: z.array(operatingPoint).max(20), multi: z.array(operatingPoint.extend({ k: z.int().min(2).max(20), genuine: z.int().positive(), impostor: z.int().positive() })).max(100) })
    .optional(),
  /** Pair accuracy over ten folds, as LFW's View 2. */
  view2: z.strictObject({ accuracy: share, se: share }).optional(),
  /** What counts of all: thresholds fitted on four fifths of the people, judged on the rest. */
  onPeopleLeftOut: z.array(leftOutPoint).max(100).optional(),
  /** What the fusion's weight and threshold do to people whom they were not fitted on. */
  crossValidated: z.strictObject({ folds: z.int().min(2).max(100), weights: z.array(z.number()).max(100), fittedAtFmr: share, tar: share, fmr: share, genuine: z.int().positive(), impostor: z.int().positive() }).optional(),
  histogram: z.strictObject({ from: z.number(), binWidth: z.number().positive(), genuine: z.array(share).max(200), impostor: z.array(share).max(200) }).optional(),
  /** What this evidence does not show. */
  limits: z.string().min(1).max(1000),
});

export type RecognitionEvidence = z.infer<typeof recognitionEvidenceSchema>;
export type RecognitionCurve = RecognitionEvidence['curves'][string];
