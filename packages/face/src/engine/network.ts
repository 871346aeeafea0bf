import { InferenceSession, Tensor } from 'onnxruntime-node';
import { discard } from '../image/discard.ts';

/** One network on one thread. Same input, same output: nothing in it depends on time or on other runs. */
export interface Network {
  /** @param image planar floats, `batch` crops of 3 × `side` × `side` one after the other; overwritten and given back, since it is a piece of a face */
  run(image: Float32Array, side: number, batch?: number): Promise<Readonly<Record<string, Float32Array>>>;
}

/** @param graph a laid-out network whose hash was checked; its weights lie beside it */
export async function loadNetwork(graph: string): Promise<Network> {
  const session = await InferenceSession.create(graph, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // It is what optimising left: done again, it would be copied into this process.
    graphOptimizationLevel: 'disabled',
    // Without the arena the runtime gives memory back after each run: a face cell is smaller and holds fewer copies.
    enableCpuMemArena: false,
  });
  return {
    async run(image, side, batch = 1) {
      const results = await session.run({ image: new Tensor('float32', image, [batch, 3, side, side]) }).finally(() => discard(image));
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]));
    },
  };
}
