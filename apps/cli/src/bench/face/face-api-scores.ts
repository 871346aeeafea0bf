import { decode } from '@visavis/face/measure';
import { openFaceApi } from './open-face-api.ts';
import { scorePairs } from './peer-scores.ts';

await scorePairs(async () => {
  const faceApi = await openFaceApi();
  const options = new faceApi.SsdMobilenetv1Options();
  return {
    async describe(file) {
      const { pixels, width, height } = await decode(file);
      const tensor = faceApi.tf.tensor3d(pixels, [height, width, 3], 'int32');
      const face = await faceApi.detectSingleFace(tensor, options).withFaceLandmarks().withFaceDescriptor();
      faceApi.tf.dispose(tensor);
      return face?.descriptor;
    },
    likeness: (one: Float32Array, other) => -faceApi.euclideanDistance(one, other),
  };
});
