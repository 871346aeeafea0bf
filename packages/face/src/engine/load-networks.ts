import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { modelCatalogue, type ModelName } from '../models/model-catalogue.ts';
import type { CanonicalMesh } from '../pose/estimate-pose.ts';
import { loadNetwork, type Network } from './network.ts';

export interface FaceNetworks {
  readonly detector: Network;
  readonly mesh: Network;
  readonly iris: Network;
  readonly faceRecognition: Network;
  readonly faceres: Network;
  readonly canonicalMesh: CanonicalMesh;
}

async function readModel(modelsDir: string, name: ModelName): Promise<Uint8Array> {
  const { file, sha256 } = modelCatalogue[name];
  const bytes = await readFile(path.join(modelsDir, file)).catch(() => {
    throw new Error(`face model ${file} is missing in ${modelsDir}: run script/setup`);
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`face model ${file} in ${modelsDir} is not the pinned one (sha256 ${found}): run script/setup`);
  return bytes;
}

/** @throws when a file is missing or is not byte for byte the pinned one: an operator's fault, never a citizen's */
export async function loadNetworks(modelsDir: string): Promise<FaceNetworks> {
  const network = async (name: ModelName): Promise<Network> => loadNetwork(await readModel(modelsDir, name));
  const [detector, mesh, iris, faceRecognition, faceres, canonicalMesh] = await Promise.all([
    network('detector'),
    network('mesh'),
    network('iris'),
    network('faceRecognition'),
    network('faceres'),
    readModel(modelsDir, 'canonicalMesh'),
  ]);
  return { detector, mesh, iris, faceRecognition, faceres, canonicalMesh: JSON.parse(new TextDecoder().decode(canonicalMesh)) as CanonicalMesh };
}
