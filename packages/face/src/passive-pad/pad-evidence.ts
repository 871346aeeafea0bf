import { z } from 'zod';
import { measuredModels, measuredRate, sha256 } from '../policy/measured.ts';

/**
 * What `visavis face calibrate-pad` measured of one network (ISO/IEC 30107-3): the share of each species of attack that
 * a limit takes for genuine, and the share of honest presentations that it refuses. Numbers only: no picture, no name.
 */
export const padEvidenceSchema = z.strictObject({
  network: z.strictObject({ id: z.string().min(1).max(64), sha256 }),
  /** Of the networks that find the face that is cut out. */
  models: measuredModels,
  date: z.iso.date(),
  dataSet: z.string().min(1).max(300),
  method: z.string().min(1).max(1000),
  command: z.string().min(1).max(300),
  /** A presentation's score is the mean over this many of its pictures; other numbers have other error rates. */
  framesPerPresentation: z.int().min(1).max(16),
  /** Presentations that had too few pictures with a face (APNRR and BPNRR); in no other rate. */
  nonResponse: z.strictObject({ bonaFide: measuredRate, attacks: measuredRate }),
  /** Limits of the attack score, rising: from each on, a presentation is refused. */
  points: z
    .array(z.strictObject({ threshold: z.number(), bpcer: measuredRate, apcer: z.record(z.string().min(1).max(100), measuredRate) }))
    .min(1)
    .max(500)
    .refine((points) => points.every((p, i) => i === 0 || p.threshold > points[i - 1]!.threshold), 'thresholds rise')
    .refine((points) => points.every(({ apcer }) => Object.keys(apcer).length > 0 && Object.keys(apcer).join('\n') === Object.keys(points[0]!.apcer).join('\n')), 'every point has the same species'),
  limits: z.string().min(1).max(1000),
});

export type PadEvidence = z.infer<typeof padEvidenceSchema>;

/**
 * The highest limit at which no species gets through more often than that, at 95 % confidence: with none of 150 let
 * through, rates below 2.5 % cannot be claimed. Never a mean over species: an attacker uses the one that works.
 * @returns undefined when no limit does, or too little was measured to say so
 * @source ISO/IEC 30107-3: APCER is that of the species with the highest
 */
export const thresholdAtApcer = ({ points }: PadEvidence, apcer: number): number | undefined => points.findLast((point) => Object.values(point.apcer).every(({ interval95: [, high] }) => high <= apcer))?.threshold;
