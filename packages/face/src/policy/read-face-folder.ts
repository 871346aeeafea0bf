import path from 'node:path';
import { err, ok, type Result } from '@visavis/kernel';
import { shippedEmbedder } from '../embed/embedder-identity.ts';
import { embedderCodes, type EmbedderManifest, embedderManifestSchema } from '../embed/embedder-manifest.ts';
import { faceFaults } from '../faults.ts';
import { padCodes, type PadManifest, padManifestSchema } from '../passive-pad/pad-manifest.ts';
import { readJsonFile } from '../plugin/read-json-file.ts';
import { isThere, readManifest } from '../plugin/read-plugin.ts';
import type { FacePolicy } from './face-policy.ts';
import { modelsInForce } from './models-in-force.ts';
import { parseFacePolicy } from './parse-face-policy.ts';

/** Names of what an operator's folder holds; the networks lie beside their manifests. Only the first three have to be there. */
export const faceFolderFiles = {
  policy: 'face-policy.json',
  recognitionEvidence: 'recognition-evidence.json',
  livenessEvidence: 'liveness-evidence.json',
  embedder: 'embedder.json',
  passivePad: 'passive-pad.json',
  passivePadEvidence: 'passive-pad-evidence.json',
} as const;

/** Curves over thousands of thresholds are a few hundred kilobytes. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;

/** An operator's rules for comparing faces, and which networks they count on. */
export interface FaceFolder {
  readonly policy: FacePolicy;
  readonly recognitionEvidence: unknown;
  /** `undefined`: the one that ships. */
  readonly embedder: EmbedderManifest | undefined;
  /** `undefined`: none. */
  readonly passivePad: PadManifest | undefined;
}

/**
 * Reads an operator's folder: the policy is taken only with the evidence beside it, and only for just the networks that
 * the manifests beside it describe. The networks themselves are left alone: whoever runs them checks their bytes.
 * @param folder the operator's, by absolute path
 * @faults FACE_EMBEDDER_MANIFEST_INVALID, FACE_EMBEDDER_UNCALIBRATED, FACE_PAD_MANIFEST_INVALID, and those of {@link parseFacePolicy}
 */
export async function readFaceFolder(folder: string): Promise<Result<FaceFolder>> {
  const at = (name: keyof typeof faceFolderFiles): string => path.join(folder, faceFolderFiles[name]);
  const json = (name: keyof typeof faceFolderFiles): Promise<unknown> => readJsonFile(at(name), MAX_JSON_BYTES);
  const embedder = (await isThere(at('embedder'))) ? await readManifest(at('embedder'), embedderManifestSchema, embedderCodes) : ok(undefined);
  if (!embedder.ok) return embedder;
  const passivePad = (await isThere(at('passivePad'))) ? await readManifest(at('passivePad'), padManifestSchema, padCodes) : ok(undefined);
  if (!passivePad.ok) return passivePad;
  const recognitionEvidence = await json('recognitionEvidence');
  if (embedder.value !== undefined && recognitionEvidence === undefined) return err(faceFaults.fault('FACE_EMBEDDER_UNCALIBRATED', { embedder: embedder.value.id }));
  const files = { policy: await json('policy'), recognitionEvidence, livenessEvidence: await json('livenessEvidence'), passivePadEvidence: await json('passivePadEvidence') };
  const policy = parseFacePolicy(files, { embedder: embedder.value ?? shippedEmbedder, models: modelsInForce, passivePad: passivePad.value });
  return policy.ok ? ok({ policy: policy.value, recognitionEvidence, embedder: embedder.value, passivePad: passivePad.value }) : policy;
}
