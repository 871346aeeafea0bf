import { InferenceSession, Tensor } from 'onnxruntime-node';
import { discard } from '../image/discard.ts';
import type { EmbedderManifest } from './embedder-manifest.ts';

/** An operator's network as its manifest says: planar floats of `batch` crops in, `batch` vectors out. The input is overwritten and given back. */
export type PluginNetwork = (crops: Float32Array, batch: number) => Promise<Float32Array>;

/**
 * @param bytes the very bytes whose hash was checked
 * @returns undefined when the runtime can't read them, or the network has other names or shapes than the manifest says
 */
export async function loadPluginNetwork(bytes: Uint8Array, { input, output }: EmbedderManifest): Promise<PluginNetwork | undefined> {
  try {
    const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', enableCpuMemArena: false });
    const run: PluginNetwork = async (crops, batch) => {
      const results = await session.run({ [input.name]: new Tensor('float32', crops, [batch, 3, input.side, input.side]) }, [output]).finally(() => discard(crops));
      return results[output]!.data as Float32Array;
    };
    // Tried once with nothing in it: a shape that does not fit is found at the start and not with the first citizen.
    const tried = await run(new Float32Array(2 * 3 * input.side ** 2), 2);
    return tried instanceof Float32Array && tried.length > 0 && tried.length % 2 === 0 ? run : undefined;
  } catch {
    return undefined;
  }
}
