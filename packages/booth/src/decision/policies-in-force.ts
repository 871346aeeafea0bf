import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { faceFolderFiles, facePolicy, readFaceFolder } from '@visavis/face/policy';
import { faceRefused } from '../pool/face-refused.ts';
import { decisionPolicy } from './decision-policy.ts';

/**
 * The rules that cells of this version apply, and the SHA-256 (base64url) of each file as it lies on the disk, for the public log.
 * @param faceFolder an operator's; `undefined`: the face policy that ships
 * @throws naming the code when that folder is refused
 */
export async function policiesInForce(faceFolder: string | undefined): Promise<readonly { readonly policy: 'decision' | 'face'; readonly version: string; readonly sha256: string }[]> {
  const hashOf = async (file: URL | string): Promise<string> => createHash('sha256').update(await readFile(file)).digest('base64url');
  const face = faceFolder === undefined ? undefined : await readFaceFolder(faceFolder);
  if (face?.ok === false) throw faceRefused(face.fault);
  const faceFile = faceFolder === undefined ? new URL('face-policy.json', import.meta.resolve('@visavis/face/policy')) : path.join(faceFolder, faceFolderFiles.policy);
  return [
    { policy: 'decision', version: decisionPolicy.version, sha256: await hashOf(new URL('decision-policy.json', import.meta.url)) },
    { policy: 'face', version: face?.value.policy.version ?? facePolicy.version, sha256: await hashOf(faceFile) },
  ];
}
