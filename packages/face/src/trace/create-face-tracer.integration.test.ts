import { fileURLToPath } from 'node:url';
import { castSeeds, createCitizen, encodeJpeg, loadCanonicalMesh } from '@visavis/specimen';
import { expect, it } from 'vitest';
import { facePolicy } from '../policy/index.ts';
import { createFaceTracer } from './create-face-tracer.ts';

const modelsDir = fileURLToPath(new URL('../../../../.state/models/', import.meta.url));

it('gives what the engine makes of images, the same bytes each time and others for another person', async () => {
  const [first, second] = castSeeds as [number, number];
  const tracer = await createFaceTracer({ modelsDir });
  const trace = async (seed: number) => {
    const citizen = createCitizen({ seed, mesh: loadCanonicalMesh() });
    const jpegs = await Promise.all([1, 2, 3, 4].map((noiseSeed) => encodeJpeg(citizen.renderFrame({ noiseSeed }), 85)));
    const frames = jpegs.map((jpeg, index) => ({ index, capturedAtMs: 100 * index, receivedAtMs: 100 * index + 20, jpeg }));
    return tracer.trace({ portrait: await encodeJpeg(citizen.renderPortrait(), 90), frames, policy: facePolicy });
  };
  const [once, again, other] = [await trace(first), await trace(first), await trace(second)];
  expect(once.pixels.map(({ length }) => length)).toEqual([413 * 531 * 3, ...Array.from({ length: 4 }, () => 480 * 640 * 3)]);
  // Two networks each; the portrait and at least one frame of the beginning.
  expect(once.embeddings.length).toBeGreaterThanOrEqual(4);
  expect(once.networkInputs.length).toBeGreaterThan(once.embeddings.length);
  // What the engine wipes when it is done with it was copied before.
  for (const floats of [...once.networkInputs, ...once.embeddings]) expect(floats.some((value) => value !== 0)).toBe(true);
  expect(again).toEqual(once);
  expect(other.embeddings[0]).not.toEqual(once.embeddings[0]);
});
