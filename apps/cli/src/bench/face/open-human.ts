import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadForTensorflow, packageFolder, type TensorflowJs, wasmFolder } from '@visavis/face/measure';

export interface Human {
  readonly tf: TensorflowJs;
  readonly config: { readonly face: Readonly<Record<'description' | 'iris', { enabled: boolean }>> };
  readonly match: { similarity(one: readonly number[], other: readonly number[]): number };
  load(): Promise<void>;
  detect(image: unknown): Promise<{ readonly error: string | null; readonly face: readonly { readonly mesh: readonly unknown[]; readonly embedding?: readonly number[] }[] }>;
}

const off = { enabled: false };

/** `@vladmandic/human` as it ships, with everything off that is not of a face's detection and description. */
export async function openHuman(config: { readonly detector: object; readonly description: object } & Readonly<Record<string, unknown>>): Promise<Human> {
  const folder = packageFolder('@vladmandic/human');
  const { Human } = loadForTensorflow(path.join(folder, 'dist/human.node-wasm.js')) as { readonly Human: new (config: object) => Human };
  const { detector, description, ...rest } = config;
  const human = new Human({
    backend: 'wasm',
    wasmPath: wasmFolder(),
    modelBasePath: `${pathToFileURL(folder).href}/models/`,
    debug: false,
    filter: off,
    face: { enabled: true, detector, mesh: { enabled: true }, iris: { enabled: true }, description: { enabled: true, ...description }, emotion: off, antispoof: off, liveness: off },
    body: off,
    hand: off,
    object: off,
    segmentation: off,
    gesture: off,
    ...rest,
  });
  await human.load();
  return human;
}
