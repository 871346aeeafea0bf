import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { portraitCrop } from './portrait-crop.ts';

const portrait = { width: 480, height: 640 };

describe('portraitCrop', () => {
  it('takes the centre of a wide picture and all of one that fits', () => {
    expect(portraitCrop({ width: 1280, height: 960 }, portrait)).toEqual({ x: 280, y: 0, width: 720, height: 960 });
    expect(portraitCrop({ width: 480, height: 640 }, portrait)).toEqual({ x: 0, y: 0, width: 480, height: 640 });
    expect(portraitCrop({ width: 480, height: 1280 }, portrait)).toEqual({ x: 0, y: 320, width: 480, height: 640 });
  });

  it('always lies within the picture', () => {
    const side = fc.integer({ min: 1, max: 8000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const crop = portraitCrop({ width, height }, portrait);
        expect(crop.x).toBeGreaterThanOrEqual(0);
        expect(crop.y).toBeGreaterThanOrEqual(0);
        expect(crop.x + crop.width).toBeLessThanOrEqual(width);
        expect(crop.y + crop.height).toBeLessThanOrEqual(height);
      }),
    );
  });
});
