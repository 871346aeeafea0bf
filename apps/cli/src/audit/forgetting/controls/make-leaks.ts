import { facePolicy } from '@visavis/face/policy';
import type { FaceTracer } from '@visavis/face/trace';
import { encodeJpeg, type RgbImage } from '@visavis/specimen';
import type { Leaks } from './search-leaky-server.ts';

const NAME_LETTERS = 20;
const [PORTRAIT_QUALITY, FRAME_QUALITY] = [90, 80];

/** One of each thing that a server must not have, of a made-up person, and a name that nobody else has. */
export async function makeLeaks(photograph: RgbImage, tracer: FaceTracer, random: () => number): Promise<{ readonly leaks: Leaks; readonly name: string }> {
  const portrait = await encodeJpeg(photograph, PORTRAIT_QUALITY);
  const { pixels, embeddings, networkInputs } = await tracer.trace({ portrait, frames: [], policy: facePolicy });
  const bytesOf = (floats: Float32Array): Uint8Array => new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
  return {
    // The last network input is the face itself, cut out; the first ones have much plain background.
    leaks: { portrait, frame: await encodeJpeg(photograph, FRAME_QUALITY), decodedPixels: pixels[0]!, networkInput: bytesOf(networkInputs.at(-1)!), embedding: bytesOf(embeddings[0]!) },
    name: Array.from({ length: NAME_LETTERS }, () => String.fromCharCode(65 + Math.floor(random() * 26))).join(''),
  };
}
