import { z } from 'zod';
import { measuredModels, measuredRate, sha256 } from './measured.ts';

const codes = z.record(z.string().regex(/^[A-Za-z_]{3,64}$/), z.int().positive());

/**
 * What `visavis face attack-report --write-evidence` measured (ISO/IEC 30107-3): how often honest people were refused
 * and how often each species of attack was not.
 */
export const livenessEvidenceSchema = z.strictObject({
  models: measuredModels,
  date: z.iso.date(),
  dataSet: z.string().min(1).max(300),
  method: z.string().min(1).max(1000),
  command: z.string().min(1).max(300),
  /** What the presentations were drawn from. */
  seeds: z.array(z.string().min(1).max(64)).max(1000),
  /** The rules it was measured under: SHA-256 of {@link livenessPartSha256}. */
  livenessPartSha256: sha256,
  /** What the faces of a stream were held against each other and against the portrait with. */
  embedder: z.strictObject({ id: z.string().min(1).max(64), sha256 }),
  bpcer: measuredRate,
  /** By what honest people were refused, how often each. */
  bpcerCodes: codes.optional(),
  species: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        apcer: measuredRate,
        /** By liveness and comparison together. */
        accepted: measuredRate.optional(),
        /** Refused by nothing here: told apart, in no average. */
        unsolved: z.boolean().optional(),
        codes: codes.optional(),
      }),
    )
    .min(1)
    .max(100),
  /** Upper bound of a film made in advance, for one script of the worst profile. */
  guessProbability: z.number().min(0).max(1).optional(),
  limits: z.string().min(1).max(1000),
});

export type LivenessEvidence = z.infer<typeof livenessEvidenceSchema>;
