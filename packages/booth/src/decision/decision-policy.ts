import { levelOfAssurance } from '@visavis/contract';
import type { FacePolicy } from '@visavis/face/policy';
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
  /** Run only where the operator mounted a network for it: required then, and otherwise told as not run, whatever the face cell says. */
  operatorFaceChecks: z.array(z.string().min(1).max(64)),
  /** Why each rule is as it is. */
  evidence: z.record(z.string(), z.string()),
});
export type DecisionPolicy = z.infer<typeof decisionPolicySchema>;

/** The rules in force, read once: a policy that does not parse stops the cell before it serves anybody. */
export const decisionPolicy: DecisionPolicy = decisionPolicySchema.parse(checkedIn);

/** The rules beside this face policy: where it counts on an operator's passive network, that check has to pass like every other. */
export function decisionPolicyWith({ passivePad }: Pick<FacePolicy, 'passivePad'>): DecisionPolicy {
  if (passivePad === undefined) return decisionPolicy;
  const { requiredFaceChecks, operatorFaceChecks, ...others } = decisionPolicy;
  return { ...others, requiredFaceChecks: [...requiredFaceChecks, ...operatorFaceChecks], operatorFaceChecks: [] };
}
