import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { castSeeds, createCitizen, loadCanonicalMesh } from '@visavis/specimen';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FaceNetworks, loadNetworks } from '../engine/load-networks.ts';
import { crop, type CropScale } from '../image/crop.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { chainOperations, loadForTensorflow, packageFolder, wasmFolder } from '../measure/index.ts';
import { convertModels } from './convert-models.ts';
import { layOutNetworks } from './lay-out-networks.ts';

const modelsDir = fileURLToPath(new URL('../../../../.state/models/', import.meta.url));

/** Of the largest output: what float arithmetic in another order may differ by. */
const RELATIVE = 1e-5;
/** The mesh's flag comes out of a steep sigmoid. */
const FLAG = 1e-3;

interface Output {
  readonly shape: readonly number[];
  dataSync(): Float32Array;
}
interface Core {
  tensor(values: ArrayLike<number>, shape: readonly number[], dtype?: 'int32'): Output;
  setBackend(name: string): Promise<boolean>;
}
interface Converter {
  loadGraphModel(source: object): Promise<{ execute(inputs: Output, outputs: readonly string[]): Output | Output[] }>;
}
const load = createRequire(import.meta.url);

const plain: CropScale = { factor: 1 / 255, offset: [0, 0, 0], order: 'rgb' };
const networks = [
  { name: 'detector', file: 'blazeface', side: 256, batch: 1, scale: { factor: 1 / 127.5, offset: [-1, -1, -1], order: 'rgb' }, outputs: { scores16: 'Identity', scores8: 'Identity_1', boxes16: 'Identity_2', boxes8: 'Identity_3' } },
  { name: 'mesh', file: 'facemesh', side: 192, batch: 1, scale: plain, outputs: { mesh: 'Identity_2', presence: 'Identity_1' } },
  { name: 'iris', file: 'iris', side: 64, batch: 2, scale: plain, outputs: { contour: 'Identity' } },
  { name: 'faceres', file: 'faceres', side: 224, batch: 2, scale: { factor: 1, offset: [-103.939, -116.779, -123.68], order: 'bgr' }, outputs: { embedding: 'global_pooling/Mean' } },
] as const;

/** Planes one after another, as our networks take them, to colours side by side. */
function channelsLast(planar: Float32Array, side: number): Float32Array {
  const plane = side * side;
  return Float32Array.from({ length: planar.length }, (_, i) => planar[Math.floor(i / (3 * plane)) * 3 * plane + (i % 3) * plane + (Math.floor(i / 3) % plane)]!);
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const largest = b.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  return a.reduce((max, v, i) => Math.max(max, Math.abs(v - b[i]!)), 0) / largest;
}

describe('the converted networks compute what the originals compute in TensorFlow.js', () => {
  let ours: FaceNetworks;
  let core: Core;
  let converter: Converter;
  let face: RgbImage;

  /** Pieces of the face in different places and sizes, one behind the other. */
  const input = (side: number, batch: number, scale: CropScale): Float32Array => {
    const all = new Float32Array(batch * 3 * side * side);
    for (let i = 0; i < batch; i++) {
      const step = (face.width / side) * (1 - 0.4 * i);
      all.set(crop(face, [step, 0, 40 * i, 0, step, 60 + 80 * i], side, scale), i * 3 * side * side);
    }
    return all;
  };

  const loadOriginal = async (file: string) => {
    const folder = path.join(packageFolder('@vladmandic/human'), 'models');
    const { modelTopology, weightsManifest } = JSON.parse(await readFile(path.join(folder, `${file}.json`), 'utf8')) as { modelTopology: object; weightsManifest: readonly [{ readonly weights: object }] };
    const weights = await readFile(path.join(folder, `${file}.bin`));
    return converter.loadGraphModel({ load: () => Promise.resolve({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData: Uint8Array.from(weights).buffer }) });
  };

  beforeAll(async () => {
    await convertModels({ modelsDir, onProgress: () => undefined });
    await layOutNetworks({ modelsDir, onProgress: () => undefined });
    ours = await loadNetworks(modelsDir);
    core = load('@tensorflow/tfjs-core') as Core;
    converter = load('@tensorflow/tfjs-converter') as Converter;
    (load('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void }).setWasmPaths(wasmFolder());
    await core.setBackend('wasm');
    const { data, width, height } = createCitizen({ seed: castSeeds[0]!, mesh: loadCanonicalMesh() }).renderPortrait();
    face = { width, height, pixels: data };
  });

  it.each(networks)('$name', async ({ name, file, side, batch, scale, outputs }) => {
    const original = await loadOriginal(file);
    const image = input(side, batch, scale);
    const expected = [original.execute(core.tensor(channelsLast(image, side), [batch, side, side, 3]), Object.values(outputs))].flat();
    const found = await ours[name].run(image, side, batch);
    for (const [k, output] of Object.keys(outputs).entries()) {
      const all = expected[k]!.dataSync();
      // The original's contour is followed by the iris, which is not converted.
      const each = all.length / batch;
      const kept = found[output]!.length / batch;
      const wanted = Float32Array.from({ length: batch * kept }, (_, i) => all[Math.floor(i / kept) * each + (i % kept)]!);
      expect(largestDifference(found[output]!, wanted), output).toBeLessThan(output === 'presence' ? FLAG : RELATIVE);
    }
  });

  it("the mesh's flag where it is in doubt: a face half out of the picture", async () => {
    const { side, scale, file } = networks[1];
    const image = crop(face, [face.width / side, 0, 220, 0, face.width / side, 60], side, scale);
    const expected = [(await loadOriginal(file)).execute(core.tensor(channelsLast(image, side), [1, side, side, 3]), ['Identity_1'])].flat()[0]!.dataSync()[0]!;
    expect(expected).toBeGreaterThan(0.1);
    expect(expected).toBeLessThan(0.9);
    expect(Math.abs((await ours.mesh.run(image, side))['presence']![0]! - expected)).toBeLessThan(FLAG);
  });

  it("dlib's, as face-api runs it", async () => {
    const side = 150;
    const folder = packageFolder('@vladmandic/face-api');
    const { nets } = loadForTensorflow(path.join(folder, 'dist/face-api.node-wasm.js')) as { nets: { faceRecognitionNet: { loadFromDisk(folder: string): Promise<void>; forward(image: Output): Promise<Output> } } };
    chainOperations();
    await nets.faceRecognitionNet.loadFromDisk(path.join(folder, 'model'));
    const image = input(side, 1, { factor: 1, offset: [0, 0, 0], order: 'rgb' }).map(Math.round);
    const expected = await nets.faceRecognitionNet.forward(core.tensor(channelsLast(image, side), [side, side, 3], 'int32'));
    const found = await ours.faceRecognition.run(image, side);
    expect(largestDifference(found['embedding']!, expected.dataSync())).toBeLessThan(RELATIVE);
  });
});
