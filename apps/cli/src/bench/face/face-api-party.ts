import path from 'node:path';
import { chainOperations, decode, loadForTensorflow, packageFolder, type Tensor, type TensorflowJs, type VerificationWork, wasmFolder } from '@visavis/face/measure';
import { beParty, cpuMs } from './party.ts';

interface Net {
  loadFromDisk(folder: string): Promise<void>;
}
interface WithLandmarks extends Promise<object | undefined> {
  withFaceDescriptor(): Promise<{ readonly descriptor: Float32Array } | undefined>;
}
interface FaceApi {
  readonly tf: TensorflowJs;
  readonly nets: { readonly ssdMobilenetv1: Net; readonly faceLandmark68Net: Net; readonly faceRecognitionNet: Net };
  readonly SsdMobilenetv1Options: new () => object;
  detectSingleFace(image: Tensor, options: object): { withFaceLandmarks(): WithLandmarks };
}

// It has neither iris nor tracking: detector and 68 landmarks on every frame, the descriptor on those that are embedded.
// With its default detector: the tiny one loses the face in some of these frames, and what is not found is not embedded.
await beParty(async () => {
  const folder = packageFolder('@vladmandic/face-api');
  const faceApi = loadForTensorflow(path.join(folder, 'dist/face-api.node-wasm.js')) as FaceApi;
  chainOperations();
  const { tf, nets } = faceApi;
  tf.setWasmPaths?.(wasmFolder());
  await tf.setBackend('wasm');
  await tf.ready();
  if (tf.getBackend() !== 'wasm') throw new Error('the wasm backend did not start');
  const options = new faceApi.SsdMobilenetv1Options();
  for (const net of [nets.ssdMobilenetv1, nets.faceLandmark68Net, nets.faceRecognitionNet]) await net.loadFromDisk(path.join(folder, 'model'));
  const see = async (jpeg: Uint8Array, embed: boolean): Promise<void> => {
    const { pixels, width, height } = await decode(jpeg);
    const tensor = tf.tensor3d(pixels, [height, width, 3], 'int32');
    const landmarks = faceApi.detectSingleFace(tensor, options).withFaceLandmarks();
    const face = await (embed ? landmarks.withFaceDescriptor() : landmarks);
    tf.dispose(tensor);
    if (face === undefined) throw new Error('@vladmandic/face-api saw no face');
  };
  return async ({ portrait, frames, beginning, afterTasks }: VerificationWork) => {
    await see(portrait.bytes, true);
    const startedMs = cpuMs();
    await see(portrait.bytes, true);
    for (const [i, jpeg] of frames.entries()) await see(jpeg, beginning.includes(i) || afterTasks.includes(i));
    return { cpuSeconds: (cpuMs() - startedMs) / 1000 };
  };
});
