import path from 'node:path';
import { chainOperations, loadForTensorflow, packageFolder, type Tensor, type TensorflowJs, wasmFolder } from '@visavis/face/measure';

interface Net {
  loadFromDisk(folder: string): Promise<void>;
}
interface WithLandmarks extends Promise<object | undefined> {
  withFaceDescriptor(): Promise<{ readonly descriptor: Float32Array } | undefined>;
}
export interface FaceApi {
  readonly tf: TensorflowJs;
  readonly nets: { readonly ssdMobilenetv1: Net; readonly faceLandmark68Net: Net; readonly faceRecognitionNet: Net };
  readonly SsdMobilenetv1Options: new () => object;
  detectSingleFace(image: Tensor, options: object): { withFaceLandmarks(): WithLandmarks };
  euclideanDistance(one: Float32Array, other: Float32Array): number;
}

/** `@vladmandic/face-api` as it ships, with its default detector, landmarks and descriptor. */
export async function openFaceApi(): Promise<FaceApi> {
  const folder = packageFolder('@vladmandic/face-api');
  const faceApi = loadForTensorflow(path.join(folder, 'dist/face-api.node-wasm.js')) as FaceApi;
  chainOperations();
  const { tf, nets } = faceApi;
  tf.setWasmPaths?.(wasmFolder());
  await tf.setBackend('wasm');
  await tf.ready();
  if (tf.getBackend() !== 'wasm') throw new Error('the wasm backend did not start');
  for (const net of [nets.ssdMobilenetv1, nets.faceLandmark68Net, nets.faceRecognitionNet]) await net.loadFromDisk(path.join(folder, 'model'));
  return faceApi;
}
