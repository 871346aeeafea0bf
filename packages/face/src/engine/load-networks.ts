import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileSha256 } from '../models/file-sha256.ts';
import { modelCatalogue, type ModelName } from '../models/model-catalogue.ts';
import { LAYOUT_FILE, LAYOUT_FOLDER, type NetworkLayout, thisMachine } from '../models/network-layout.ts';
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

async function mustBe(file: string, sha256: string): Promise<void> {
  const found = await fileSha256(file);
  if (found === undefined) throw new Error(`face model ${path.basename(file)} is missing in ${path.dirname(file)}: run script/setup`);
  if (found !== sha256) throw new Error(`face model ${path.basename(file)} in ${path.dirname(file)} is not the pinned one (sha256 ${found}): run script/setup`);
}

/**
 * Loads the networks as they were laid out for this machine. Their weights are mapped, not read: a waiting process
 * holds none of them.
 * @throws when a file is missing, is not byte for byte the one that was laid out from the pinned network, or was laid
 * out for another machine: an operator's fault, never a citizen's
 */
export async function loadNetworks(modelsDir: string): Promise<FaceNetworks> {
  const folder = path.join(modelsDir, LAYOUT_FOLDER);
  const text = await readFile(path.join(folder, LAYOUT_FILE), 'utf8').catch(() => {
    throw new Error(`the face models in ${modelsDir} are not laid out: run script/setup`);
  });
  const layout = JSON.parse(text) as NetworkLayout;
  if (layout.machine !== thisMachine()) throw new Error(`the face models in ${modelsDir} were laid out for another machine (${layout.machine}; this is ${thisMachine()}): run script/setup`);
  const network = async (name: Exclude<ModelName, 'canonicalMesh'>): Promise<Network> => {
    const laidOut = layout.networks[name];
    if (laidOut === undefined || laidOut.source !== modelCatalogue[name].sha256) throw new Error(`face model ${name} in ${modelsDir} was not laid out from the pinned one: run script/setup`);
    await mustBe(path.join(folder, laidOut.graph), laidOut.graphSha256);
    await mustBe(path.join(folder, laidOut.weights), laidOut.weightsSha256);
    return loadNetwork(path.join(folder, laidOut.graph));
  };
  const meshFile = path.join(modelsDir, modelCatalogue.canonicalMesh.file);
  await mustBe(meshFile, modelCatalogue.canonicalMesh.sha256);
  const canonicalMesh = JSON.parse(await readFile(meshFile, 'utf8')) as CanonicalMesh;
  const [detector, mesh, iris, faceRecognition, faceres] = await Promise.all([network('detector'), network('mesh'), network('iris'), network('faceRecognition'), network('faceres')]);
  return { detector, mesh, iris, faceRecognition, faceres, canonicalMesh };
}
