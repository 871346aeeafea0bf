import { err, ok, type Result } from '@visavis/kernel';
import { faceFaults, type FacePolicy, facePolicy, readFaceFolder } from '@visavis/face/policy';

/** Which rules for comparing faces a cell was started for: an operator's folder, and the seal of the policy that the parent found in it. */
export interface OperatorsFace {
  readonly folder: string;
  readonly seal: string;
}

/**
 * The rules for comparing faces, as this process finds them itself.
 * @param operators `undefined`: what ships
 * @faults FACE_POLICY_ALTERED (the folder was changed since the parent read it), and those of `readFaceFolder`
 */
export async function facePolicyInForce(operators: OperatorsFace | undefined): Promise<Result<FacePolicy>> {
  if (operators === undefined) return ok(facePolicy);
  const read = await readFaceFolder(operators.folder);
  if (!read.ok) return read;
  return read.value.policy.seal === operators.seal ? ok(read.value.policy) : err(faceFaults.fault('FACE_POLICY_ALTERED', { where: 'policy' }));
}

/** As words for a cell's command line. */
export const operatorsFaceArguments = (operators: OperatorsFace | undefined): readonly string[] => (operators === undefined ? [] : [operators.folder, operators.seal]);

/** @param words as {@link operatorsFaceArguments} made them */
export function readOperatorsFace([folder, seal]: readonly string[]): OperatorsFace | undefined {
  if (folder === undefined) return undefined;
  if (seal === undefined) throw new TypeError('the seal of the face policy is missing');
  return { folder, seal };
}
