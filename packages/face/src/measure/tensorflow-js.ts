import { readFile } from 'node:fs/promises';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** What is used here of TensorFlow.js, as both peers hand it out. */
export interface TensorflowJs {
  setWasmPaths?(folder: string): void;
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  ready(): Promise<void>;
  tensor3d(values: Uint8Array, shape: readonly number[], dtype: 'int32'): Tensor;
  tensor4d(values: Uint8Array, shape: readonly number[], dtype: 'int32'): Tensor;
  dispose(tensor: Tensor): void;
}
export interface Tensor {
  readonly shape: readonly number[];
}

const load = createRequire(import.meta.url);

/** A package's folder, whatever its exports map lets through. */
export function packageFolder(name: string): string {
  const folder = load.resolve.paths(name)?.map((modules) => path.join(modules, name)).find((candidate) => isFolder(candidate));
  if (folder === undefined) throw new Error(`${name} is not installed: run npm ci`);
  return folder;
}

function isFolder(folder: string): boolean {
  try {
    load.resolve(path.join(folder, 'package.json'));
    return true;
  } catch {
    return false;
  }
}

/**
 * Loads a file of a package that was written for TensorFlow.js in a browser: its models come by `fetch`, which in Node
 * reads no files, and it may ask for the umbrella package, of which only the core is needed.
 */
export function loadForTensorflow(file: string): unknown {
  const overNetwork = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith('file:')) return overNetwork(input, init);
    return new Response(await readFile(fileURLToPath(url)), { headers: { 'content-type': url.endsWith('.json') ? 'application/json' : 'application/octet-stream' } });
  };
  registerHooks({ resolve: (specifier, context, next) => next(specifier === '@tensorflow/tfjs' ? '@tensorflow/tfjs-core' : specifier, context) });
  return load(file);
}

/** The umbrella package lets operations be called as a tensor's methods; the core alone does not. */
export function chainOperations(): void {
  const core = load('@tensorflow/tfjs-core') as { readonly Tensor: { readonly prototype: Record<string, unknown> } } & Record<string, (...operands: unknown[]) => unknown>;
  const { prototype } = core.Tensor;
  for (const [name, operation] of Object.entries(core)) if (typeof operation === 'function' && !(name in prototype)) prototype[name] = function chained(this: Tensor, ...operands: unknown[]) { return operation(this, ...operands); };
  for (const rank of [2, 3, 4]) prototype[`as${rank}D`] = function reshaped(this: Tensor, ...shape: number[]) { return core['reshape']!(this, shape); };
  prototype['as1D'] = function flat(this: Tensor) { return core['reshape']!(this, [-1]); };
  prototype['asScalar'] = function scalar(this: Tensor) { return core['reshape']!(this, []); };
  prototype['toFloat'] = function float(this: Tensor) { return core['cast']!(this, 'float32'); };
  prototype['toInt'] = function integer(this: Tensor) { return core['cast']!(this, 'int32'); };
}

export const wasmFolder = (): string => `${path.join(packageFolder('@tensorflow/tfjs-backend-wasm'), 'dist')}/`;

/** The decoder that the product uses, so that the difference lies behind it. */
export async function decode(jpeg: Uint8Array): Promise<{ readonly pixels: Uint8Array; readonly width: number; readonly height: number }> {
  const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}
