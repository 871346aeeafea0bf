import { err, ok, type Result } from '@visavis/kernel';
import { faceFaults } from '../faults.ts';
import { type FacePolicy, facePolicySchema } from './face-policy.ts';

/**
 * Strictly: an unknown key, a missing threshold or a threshold without evidence refuses the whole file. There are no
 * defaults to fall back to.
 * @param json from the operator
 * @faults FACE_POLICY_INVALID
 */
export function parseFacePolicy(json: unknown): Result<FacePolicy> {
  const parsed = facePolicySchema.safeParse(json);
  if (parsed.success) return ok(parsed.data as FacePolicy);
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  return err(faceFaults.fault('FACE_POLICY_INVALID', { where }));
}
