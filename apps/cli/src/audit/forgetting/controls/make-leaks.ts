import { facePolicy } from '@visavis/face/policy';
import type { FaceTracer } from '@visavis/face/trace';
import { encodeJpeg, type RgbImage } from '@visavis/specimen';
import { FLOAT_TASTE, windowsOf } from '../search/windows-of.ts';
import type { Leaks } from './search-leaky-server.ts';

const NAME_LETTERS = 20;
const MANY_WINDOWS = 64;
const [PORTRAIT_QUALITY, FRAME_QUALITY] = [90, 80];

/** One of each thing that a server must not have, of a made-up person, and a name that nobody else has. */
export async function makeLeaks(photograph: RgbImage, tracer: FaceTracer, random: () => number): Promise<{ readonly leaks: Leaks; readonly name: string }> {
  const portrait = await encodeJpeg(photograph, PORTRAIT_QUALITY);
  const { pixels, embeddings, networkInputs } = await tracer.trace({ portrait, frames: [], policy: facePolicy });
  const bytesOf = (floats: Float32Array): Uint8Array => new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
  // Of a plain background there is nothing to look for: the input that shows the most.
  const telling = networkInputs.map((input) => ({ bytes: bytesOf(input), windows: windowsOf(bytesOf(input), MANY_WINDOWS, FLOAT_TASTE).length }));
  const [most] = telling.toSorted((a, b) => b.windows - a.windows);
  return {
    leaks: { portrait, frame: await encodeJpeg(photograph, FRAME_QUALITY), decodedPixels: pixels[0]!, networkInput: most!.bytes, embedding: bytesOf(embeddings[0]!) },
    name: Array.from({ length: NAME_LETTERS }, () => String.fromCharCode(65 + Math.floor(random() * 26))).join(''),
  };
}
