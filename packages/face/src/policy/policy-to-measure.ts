import policy from './face-policy.json' with { type: 'json' };
import { type FacePolicy, facePolicySchema } from './face-policy.ts';

/**
 * The file's rules without their evidence, for measuring just that: whoever changed a rule has to try the attacks before
 * the policy is taken. Nothing that decides about a citizen may import it.
 */
export const policyToMeasure = facePolicySchema.parse(policy) as FacePolicy;
