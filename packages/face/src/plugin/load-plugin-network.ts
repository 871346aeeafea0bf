import { InferenceSession, Tensor } from 'onnxruntime-node';
import { discard } from '../image/discard.ts';
import type { PluginInput } from './plugin-manifest.ts';

/** An operator's network as its manifest says: planar floats of `batch` crops in, `batch` vectors out. The input is overwritten and given back. */
export type PluginNetwork = (crops: Float32Array, batch: number) => Promise<Float32Array>;

/**
 * @param bytes the very bytes whose hash was checked
 * @param o.output name of the one output that is read
 * @param o.batch the most crops that it is given at once
 * @param o.values how many each crop has to give; left out: any number
 * @returns undefined when the runtime can't read them, or the network has other names or shapes than the manifest says
 */
export async function loadPluginNetwork(bytes: Uint8Array, o: { readonly input: PluginInput; readonly output: string; readonly batch: number; readonly values?: number }): Promise<PluginNetwork | undefined> {
  const { input, output } = o;
  try {
    const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', enableCpuMemArena: false });
    const run: PluginNetwork = async (crops, batch) => {
      const results = await session.run({ [input.name]: new Tensor('float32', crops, [batch, 3, input.side, input.side]) }, [output]).finally(() => discard(crops));
      return results[output]!.data as Float32Array;
    };
    // Tried once with nothing in it: a shape that does not fit is found at the start and not with the first citizen.
    const tried = await run(new Float32Array(o.batch * 3 * input.side ** 2), o.batch);
    const fits = tried instanceof Float32Array && tried.length > 0 && (o.values === undefined ? tried.length % o.batch === 0 : tried.length === o.batch * o.values);
    return fits ? run : undefined;
  } catch {
    return undefined;
  }
}
