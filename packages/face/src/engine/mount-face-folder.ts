import path from 'node:path';
import { ok, type RandomBytes, type Result } from '@visavis/kernel';
import { mountEmbedder } from '../embed/mount-embedder.ts';
import { loadPadNetwork } from '../passive-pad/load-pad-network.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { facePolicy } from '../policy/index.ts';
import { faceFolderFiles, readFaceFolder } from '../policy/read-face-folder.ts';
import { createFaceEngine, type FaceEngine } from './create-face-engine.ts';

/** An engine and the rules it works by. */
export interface MountedFace {
  readonly engine: FaceEngine;
  readonly policy: FacePolicy;
}

/**
 * Loads the networks that ship and, from an operator's folder, what stands in their place or beside them. A network is
 * run only when its bytes are the ones that its manifest, the policy and the evidence name.
 * @param o.faceFolder absolute path; `undefined`: what ships, under the policy that ships
 * @param o.random draws the frames that a passive network looks at
 * @faults FACE_EMBEDDER_FILE_ALTERED, FACE_EMBEDDER_UNUSABLE, FACE_EMBEDDER_UNCALIBRATED, FACE_PAD_FILE_ALTERED, FACE_PAD_UNUSABLE, and those of {@link readFaceFolder}
 */
export async function mountFaceFolder(o: { readonly modelsDir: string; readonly faceFolder: string | undefined; readonly random: RandomBytes }): Promise<Result<MountedFace>> {
  const { modelsDir, faceFolder } = o;
  if (faceFolder === undefined) return ok({ engine: await createFaceEngine({ modelsDir }), policy: facePolicy });
  const read = await readFaceFolder(faceFolder);
  if (!read.ok) return read;
  const { policy, recognitionEvidence, embedder: manifest, passivePad } = read.value;
  const embedder = manifest === undefined ? undefined : await mountEmbedder({ manifestFile: path.join(faceFolder, faceFolderFiles.embedder), calibration: recognitionEvidence });
  if (embedder?.ok === false) return embedder;
  const network = passivePad === undefined ? undefined : await loadPadNetwork(path.join(faceFolder, faceFolderFiles.passivePad));
  if (network?.ok === false) return network;
  const engine = await createFaceEngine({ modelsDir, embedder: embedder?.value, passivePad: network && { network: network.value, random: o.random } });
  return ok({ engine, policy });
}
