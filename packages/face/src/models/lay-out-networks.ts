import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { fileSha256 } from './file-sha256.ts';
import { modelCatalogue, type ModelName } from './model-catalogue.ts';
import { LAYOUT_FILE, LAYOUT_FOLDER, type LaidOutNetwork, type NetworkLayout, thisMachine } from './network-layout.ts';

/** Smaller tensors stay in the graph: a page of memory is the least that can be shared. */
const SHARED_FROM_BYTES = 1024;
/** The runtime warns that a laid-out network belongs to one kind of processor: it does, and the layout says which. */
const ERRORS_ONLY = 3;

/**
 * Optimises the pinned networks once for this machine, weights apart. The runtime would do the same in every face cell
 * at every start, into memory of that cell alone; laid out, a cell maps the files, all cells share one copy, and a page
 * comes into memory when a frame first needs it. What is computed is the same to the last bit.
 * @param o.modelsDir made by `convertModels`; the layout is a folder in it, left alone when it is sound
 * @throws when a pinned network is missing or altered
 */
export async function layOutNetworks(o: { readonly modelsDir: string; readonly onProgress: (line: string) => void }): Promise<void> {
  const folder = path.join(o.modelsDir, LAYOUT_FOLDER);
  if (await isSound(folder)) return;
  const part = `${folder}.${process.pid}`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part);
  const networks: Record<string, LaidOutNetwork> = {};
  for (const [name, { file, sha256 }] of Object.entries(modelCatalogue) as [ModelName, (typeof modelCatalogue)[ModelName]][]) {
    if (name === 'canonicalMesh') continue;
    const bytes = await readFile(path.join(o.modelsDir, file));
    const found = await fileSha256(path.join(o.modelsDir, file));
    if (found !== sha256) throw new Error(`face model ${file} in ${o.modelsDir} is not the pinned one (sha256 ${found}): run script/setup`);
    const [graph, weights] = [`${name}.graph.onnx`, `${name}.weights`];
    const session = await InferenceSession.create(bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: ERRORS_ONLY,
      optimizedModelFilePath: path.join(part, graph),
      extra: { session: { optimized_model_external_initializers_file_name: weights, optimized_model_external_initializers_min_size_in_bytes: String(SHARED_FROM_BYTES) } },
    });
    await session.release();
    networks[name] = { graph, weights, source: sha256, graphSha256: await pinned(part, graph), weightsSha256: await pinned(part, weights) };
  }
  const layout: NetworkLayout = { machine: thisMachine(), networks };
  await writeFile(path.join(part, LAYOUT_FILE), `${JSON.stringify(layout, undefined, 1)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(part, folder);
  o.onProgress(`networks laid out for ${layout.machine}`);
}

async function pinned(folder: string, file: string): Promise<string> {
  const found = await fileSha256(path.join(folder, file));
  if (found === undefined) throw new Error(`the network runtime did not write ${file}`);
  return found;
}

/** Whether a layout is whole, of the pinned networks, and of this machine. */
async function isSound(folder: string): Promise<boolean> {
  const layout = await readFile(path.join(folder, LAYOUT_FILE), 'utf8').then(
    (text) => JSON.parse(text) as NetworkLayout,
    () => undefined,
  );
  if (layout === undefined || layout.machine !== thisMachine()) return false;
  for (const [name, { sha256 }] of Object.entries(modelCatalogue)) {
    const network = layout.networks[name];
    if (name === 'canonicalMesh') continue;
    if (network === undefined || network.source !== sha256) return false;
    if ((await fileSha256(path.join(folder, network.graph))) !== network.graphSha256) return false;
    if ((await fileSha256(path.join(folder, network.weights))) !== network.weightsSha256) return false;
  }
  return true;
}
