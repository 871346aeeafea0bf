import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { jpegSize } from '../lds/encode-dg2.ts';
import { cropPortrait } from './crop-portrait.ts';

const noise = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 30 } } });

describe('cropPortrait', () => {
  it('makes 413×531 of a webcam shot, small enough for a chip even when the picture is noise', async () => {
    const portrait = await cropPortrait(await noise(640, 480).jpeg({ quality: 95 }).toBuffer());
    expect(jpegSize(portrait!)).toEqual({ width: 413, height: 531 });
    expect(portrait!.length).toBeLessThanOrEqual(20_000);
  });

  it('drops what the camera wrote about itself', async () => {
    const portrait = await cropPortrait(await noise(640, 480).withExif({ IFD0: { Copyright: 'somebody' } }).jpeg().toBuffer());
    expect(Buffer.from(portrait!).includes('somebody')).toBe(false);
  });

  it('keeps the middle', async () => {
    const left = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#f00' } })
      .composite([{ input: { create: { width: 120, height: 480, channels: 3, background: '#00f' } }, left: 260, top: 0 }])
      .jpeg()
      .toBuffer();
    const { data, info } = await sharp(Buffer.from((await cropPortrait(left))!)).raw().toBuffer({ resolveWithObject: true });
    const centre = 3 * (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2));
    expect(data[centre + 2]!).toBeGreaterThan(200);
  });

  it('refuses what is no JPEG, is cut short, or is tiny', async () => {
    const whole = await noise(640, 480).jpeg().toBuffer();
    for (const bad of [new Uint8Array(), Buffer.from('hello'), await noise(640, 480).png().toBuffer(), whole.subarray(0, whole.length >> 1), await noise(60, 60).jpeg().toBuffer()]) {
      expect(await cropPortrait(bad)).toBeUndefined();
    }
  });
});
