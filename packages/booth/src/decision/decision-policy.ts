import { levelOfAssurance } from '@visavis/contract';
import { z } from 'zod';
import checkedIn from './decision-policy.json' with { type: 'json' };

const decisionPolicySchema = z.strictObject({
  version: z.string().regex(/^[a-z0-9.-]{1,31}$/),
  minimumAgeYears: z.int().min(0).max(150),
  levelByChipProof: z.strictObject({ chipAuthentication: levelOfAssurance, chipAuthenticationMapping: levelOfAssurance, activeAuthentication: levelOfAssurance, none: levelOfAssurance }),
  /** What becomes of an authentic document whose chip offers PACE but was opened by BAC. There is no value that lets it pass. */
  downgradedAccess: z.enum(['refer', 'reject']),
  /** From how old on a portrait may be the reason why a comparison fails: then a human looks, instead of the same try again. */
  oldPortraitYears: z.int().min(1).max(15),
  /** Names as the face report has them, all that it may have; an empty list would be a policy that asks for nothing. */
  requiredFaceChecks: z.array(z.string().min(1).max(64)).min(1),
  /** Others that a face report may have: run in some challenge profiles only, and answered for by `challenge`, which is required. */
  profileFaceChecks: z.array(z.string().min(1).max(64)),
  /** Why each rule is as it is. */
  evidence: z.record(z.string(), z.string()),
});
export type DecisionPolicy = z.infer<typeof decisionPolicySchema>;

/** The rules in force, read once: a policy that does not parse stops the cell before it serves anybody. */
export const decisionPolicy: DecisionPolicy = decisionPolicySchema.parse(checkedIn);
