import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Affine, regionToImage } from './affine.ts';
import { crop, type CropScale, mirrorCrop } from './crop.ts';
import type { RgbImage } from './rgb-image.ts';

const image: RgbImage = { width: 37, height: 29, pixels: Uint8Array.from({ length: 3 * 37 * 29 }, (_, i) => (i * 2_654_435_761) >>> 24) };
const plain: CropScale = { factor: 1, offset: [0, 0, 0], order: 'rgb' };

/** The definition, pixel by pixel: black outside, straight lines between pixels. */
function sampled(x: number, y: number, channel: number): number {
  const at = (px: number, py: number): number => (px < 0 || py < 0 || px >= image.width || py >= image.height ? 0 : image.pixels[3 * (py * image.width + px) + channel]!);
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  return (1 - fy) * ((1 - fx) * at(x0, y0) + fx * at(x0 + 1, y0)) + fy * ((1 - fx) * at(x0, y0 + 1) + fx * at(x0 + 1, y0 + 1));
}

describe('a crop', () => {
  it('is what bilinear sampling says, inside, across the edges and outside', () => {
    const near = (size: number) => fc.double({ min: -size, max: 2 * size, noNaN: true });
    fc.assert(
      fc.property(near(image.width), near(image.height), fc.double({ min: 0.5, max: 90, noNaN: true }), fc.double({ min: -7, max: 7, noNaN: true }), fc.boolean(), (centreX, centreY, size, angle, mirrored) => {
        const side = 12;
        const [a, b, c, d, e, f] = regionToImage({ centreX, centreY, side: size, angle }, side, mirrored);
        const found = crop(image, [a, b, c, d, e, f], side, plain);
        for (let v = 0; v < side; v++)
          for (let u = 0; u < side; u++) for (let k = 0; k < 3; k++) expect(found[k * side * side + v * side + u]).toBeCloseTo(sampled(a * u + b * v + c, d * u + e * v + f, k), 2);
      }),
      { numRuns: 300 },
    );
  });

  it('that falls on whole pixels copies them, to the last row and column', () => {
    const whole: Affine = [1, 0, 0, 0, 1, 0];
    const found = crop(image, whole, 40, plain);
    for (let y = 0; y < 40; y++)
      for (let x = 0; x < 40; x++) expect(found[y * 40 + x], `${x} ${y}`).toBe(x < image.width && y < image.height ? image.pixels[3 * (y * image.width + x)] : 0);
  });

  it('has its channels in the order asked for, each with its own offset', () => {
    const toImage: Affine = [1, 0, 3, 0, 1, 4];
    const found = crop(image, toImage, 1, { factor: 2, offset: [10, 20, 30], order: 'bgr' });
    const [red, green, blue] = image.pixels.subarray(3 * (4 * image.width + 3));
    expect([...found]).toEqual([2 * blue! + 10, 2 * green! + 20, 2 * red! + 30]);
  });

  it('can be written where it is wanted', () => {
    const out = new Float32Array(2 * 3 * 16).fill(-1);
    crop(image, [1, 0, 0, 0, 1, 0], 4, plain, out.subarray(48));
    expect(out.subarray(0, 48).every((v) => v === -1)).toBe(true);
    expect(out[48]).toBe(image.pixels[0]);
  });

  it('mirrored is read from the right', () => {
    expect([...mirrorCrop(Float32Array.of(1, 2, 3, 4), 2)]).toEqual([2, 1, 4, 3]);
  });
});
