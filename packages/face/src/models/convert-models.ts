import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { convertFaceRecognition } from './convert-face-recognition.ts';
import { convertGraph, type TensorflowGraphModel } from './convert-graph.ts';
import { extractCanonicalMesh } from './extract-canonical-mesh.ts';
import { layOutNetworks } from './lay-out-networks.ts';
import { modelCatalogue, type ModelEntry, type ModelName, type WeightSource } from './model-catalogue.ts';
import type { WeightManifest } from './read-weights.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Packages lie in this workspace's or the root's node_modules; resolving by folder works whatever their exports map says. */
async function readSource(source: WeightSource): Promise<Uint8Array> {
  const folders = createRequire(import.meta.url).resolve.paths(source.package) ?? [];
  for (const folder of folders) {
    const bytes = await readFile(path.join(folder, source.package, source.file)).catch(() => undefined);
    if (bytes === undefined) continue;
    const found = sha256(bytes);
    if (found !== source.sha256) throw new Error(`${source.package}/${source.file} is not the pinned file: sha256 ${found}, expected ${source.sha256}. Run npm ci; if it stays, do not trust this package.`);
    return bytes;
  }
  throw new Error(`${source.package}/${source.file} is not installed. Run npm ci first.`);
}

const json = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

const graphOutputs = {
  detector: { outputs: { scores16: 'Identity', scores8: 'Identity_1', boxes16: 'Identity_2', boxes8: 'Identity_3' }, freeBatch: false },
  mesh: { outputs: { mesh: 'Identity_2', presence: 'Identity_1' }, freeBatch: false },
  // The eye's contour alone: the part that finds the iris itself is not used. Both eyes at once.
  iris: { outputs: { contour: 'StatefulPartitionedCall/model/conv_eyes_contours_and_brows/BiasAdd' }, freeBatch: true },
  faceres: { outputs: { embedding: 'global_pooling/Mean' }, freeBatch: true },
} as const;

function convert(name: ModelName, sources: readonly Uint8Array[]): Uint8Array {
  const [first, second] = sources as [Uint8Array, Uint8Array];
  if (name === 'canonicalMesh') return extractCanonicalMesh(first);
  if (name === 'faceRecognition') return convertFaceRecognition(json(first) as WeightManifest, second);
  return convertGraph({ name, model: json(first) as TensorflowGraphModel, weights: second, ...graphOutputs[name] });
}

/**
 * Makes the engine's models folder out of the weight files in the installed npm packages; files that are already there
 * with the pinned hash are left alone. Nothing is downloaded.
 * @param o.modelsDir made when missing
 * @throws when a source is missing or is not the pinned file, or when the result is not the pinned one
 */
export async function convertModels(o: { readonly modelsDir: string; readonly onProgress: (line: string) => void }): Promise<void> {
  await mkdir(o.modelsDir, { recursive: true });
  for (const [name, entry] of Object.entries(modelCatalogue) as [ModelName, ModelEntry][]) {
    const target = path.join(o.modelsDir, entry.file);
    const existing = await readFile(target).catch(() => undefined);
    if (existing !== undefined && sha256(existing) === entry.sha256) continue;
    const model = convert(name, await Promise.all(entry.sources.map(readSource)));
    const found = sha256(model);
    if (found !== entry.sha256) throw new Error(`${entry.file}: the conversion gave sha256 ${found}, expected ${entry.sha256}`);
    await writeFile(`${target}.part`, model);
    await rename(`${target}.part`, target);
    o.onProgress(`${entry.file} (${(model.length / 2 ** 20).toFixed(1)} MiB)`);
  }
}

if (import.meta.main) {
  const modelsDir = process.argv[2];
  if (modelsDir === undefined) {
    process.stderr.write('usage: node convert-models.ts <folder for the models>\n');
    process.exit(2);
  }
  const onProgress = (line: string): void => void process.stdout.write(`face model ${line}\n`);
  try {
    await convertModels({ modelsDir, onProgress });
    await layOutNetworks({ modelsDir: path.resolve(modelsDir), onProgress });
  } catch (error) {
    process.stderr.write(`face models: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
