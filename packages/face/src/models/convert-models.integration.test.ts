import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFaceEngine } from '../engine/create-face-engine.ts';
import { loadNetworks } from '../engine/load-networks.ts';
import { convertModels } from './convert-models.ts';
import { layOutNetworks } from './lay-out-networks.ts';
import { modelCatalogue } from './model-catalogue.ts';
import { LAYOUT_FILE, LAYOUT_FOLDER } from './network-layout.ts';

describe('the models folder', () => {
  let modelsDir: string;
  const convert = async (): Promise<string[]> => {
    const lines: string[] = [];
    await convertModels({ modelsDir, onProgress: (line) => lines.push(line) });
    return lines;
  };
  const layOut = async (): Promise<number> => {
    let lines = 0;
    await layOutNetworks({ modelsDir, onProgress: () => (lines += 1) });
    return lines;
  };
  const flipABit = async (file: string): Promise<void> => {
    const bytes = await readFile(file);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(file, bytes);
  };

  beforeAll(async () => {
    modelsDir = await mkdtemp(path.join(tmpdir(), 'face-models-'));
  });
  afterAll(() => rm(modelsDir, { recursive: true, force: true }));

  it('is made from the installed packages, byte for byte as pinned, and left alone the second time', async () => {
    expect(await convert()).toHaveLength(Object.keys(modelCatalogue).length);
    expect(await convert()).toEqual([]);
    await expect(createFaceEngine({ modelsDir })).rejects.toThrow(/are not laid out/);
    expect([await layOut(), await layOut()]).toEqual([1, 0]);
    await expect(createFaceEngine({ modelsDir })).resolves.toBeDefined();
  });

  it('is not laid out from a network with one bit changed, and is mended by converting again', async () => {
    await rm(path.join(modelsDir, LAYOUT_FOLDER), { recursive: true });
    await flipABit(path.join(modelsDir, modelCatalogue.faceres.file));
    await expect(layOut()).rejects.toThrow(/faceres\.onnx .* is not the pinned one/);
    expect(await convert()).toHaveLength(1);
    expect(await layOut()).toBe(1);
  });

  it('does not load with one bit of its weights changed or one file missing, and is mended by laying out again', async () => {
    const weights = path.join(modelsDir, LAYOUT_FOLDER, 'faceres.weights');
    await flipABit(weights);
    await expect(createFaceEngine({ modelsDir })).rejects.toThrow(/faceres\.weights .* is not the pinned one/);
    await rm(weights);
    await expect(createFaceEngine({ modelsDir })).rejects.toThrow(/faceres\.weights is missing/);
    expect(await layOut()).toBe(1);
    await expect(createFaceEngine({ modelsDir })).resolves.toBeDefined();
  });

  it('computes laid out what the portable networks compute, to the last bit', async () => {
    const laidOut = await loadNetworks(modelsDir);
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all' } as const;
    for (const [name, side, batch] of [['detector', 256, 1], ['mesh', 192, 1], ['iris', 64, 1], ['faceRecognition', 150, 2], ['faceres', 224, 2]] as const) {
      const portable = await InferenceSession.create(path.join(modelsDir, modelCatalogue[name].file), options);
      const image = Float32Array.from({ length: batch * 3 * side * side }, (_, i) => Math.sin(i));
      const expected = await portable.run({ image: new Tensor('float32', image, [batch, 3, side, side]) });
      expect(await laidOut[name].run(image, side, batch), name).toEqual(Object.fromEntries(Object.entries(expected).map(([output, tensor]) => [output, tensor.data])));
      // It was a piece of a face: its memory is given back.
      expect(image.byteLength, name).toBe(0);
      await portable.release();
    }
  });

  it('does not load what was laid out for another machine', async () => {
    const file = path.join(modelsDir, LAYOUT_FOLDER, LAYOUT_FILE);
    const layout = await readFile(file, 'utf8');
    await writeFile(file, layout.replace(/"machine": "/, '"machine": "another '));
    await expect(createFaceEngine({ modelsDir })).rejects.toThrow(/laid out for another machine/);
    expect(await layOut()).toBe(1);
    await expect(createFaceEngine({ modelsDir })).resolves.toBeDefined();
  });
});
