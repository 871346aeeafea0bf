import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { facePolicy } from '@visavis/face/policy';
import { decisionPolicy } from './decision-policy.ts';

/** The rules that cells of this version apply, and the SHA-256 (base64url) of each file as it lies on the disk, for the public log. */
export async function policiesInForce(): Promise<readonly { readonly policy: 'decision' | 'face'; readonly version: string; readonly sha256: string }[]> {
  const hashOf = async (file: URL): Promise<string> => createHash('sha256').update(await readFile(file)).digest('base64url');
  return [
    { policy: 'decision', version: decisionPolicy.version, sha256: await hashOf(new URL('decision-policy.json', import.meta.url)) },
    { policy: 'face', version: facePolicy.version, sha256: await hashOf(new URL('face-policy.json', import.meta.resolve('@visavis/face/policy'))) },
  ];
}
