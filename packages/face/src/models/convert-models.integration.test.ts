import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFaceEngine } from '../engine/create-face-engine.ts';
import { convertModels } from './convert-models.ts';
import { modelCatalogue } from './model-catalogue.ts';

describe('the models folder', () => {
  let modelsDir: string;
  const convert = async (): Promise<string[]> => {
    const lines: string[] = [];
    await convertModels({ modelsDir, onProgress: (line) => lines.push(line) });
    return lines;
  };

  beforeAll(async () => {
    modelsDir = await mkdtemp(path.join(tmpdir(), 'face-models-'));
  });
  afterAll(() => rm(modelsDir, { recursive: true, force: true }));

  it('is made from the installed packages, byte for byte as pinned, and left alone the second time', async () => {
    expect(await convert()).toHaveLength(Object.keys(modelCatalogue).length);
    expect(await convert()).toEqual([]);
    await expect(createFaceEngine({ modelsDir })).resolves.toBeDefined();
  });

  it('does not load with one bit changed or one file missing, and is mended by converting again', async () => {
    const file = path.join(modelsDir, modelCatalogue.faceres.file);
    const bytes = await readFile(file);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(file, bytes);
    await expect(createFaceEngine({ modelsDir })).rejects.toThrow(/faceres\.onnx .* is not the pinned one/);
    await rm(file);
    await expect(createFaceEngine({ modelsDir })).rejects.toThrow(/faceres\.onnx is missing/);
    expect(await convert()).toHaveLength(1);
    await expect(createFaceEngine({ modelsDir })).resolves.toBeDefined();
  });
});
