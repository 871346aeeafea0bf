import { decode, type VerificationWork } from '@visavis/face/measure';
import { openFaceApi } from './open-face-api.ts';
import { beParty, cpuMs } from './party.ts';

// It has neither iris nor tracking: detector and 68 landmarks on every frame, the descriptor on those that are embedded.
// With its default detector: the tiny one loses the face in some of these frames, and what is not found is not embedded.
await beParty(async () => {
  const faceApi = await openFaceApi();
  const { tf } = faceApi;
  const options = new faceApi.SsdMobilenetv1Options();
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
