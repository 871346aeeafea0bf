import { describe, expect, it } from 'vitest';
import { assessQuality, qualityHint } from './index.ts';

const SIDE = 200;
const limits = { minBrightness: 40, maxBrightness: 225, minSharpness: 0.05, minFaceHeight: 0.2, maxFaceHeight: 0.85, maxOffCentre: 0.2 };
const middle = { left: 50, top: 50, right: 150, bottom: 150 };

/** A pattern of waves `pixels` long and `height` high around `level`; 3 or 4 channels. */
function picture(o: { level: number; pixels: number; channels?: 3 | 4; height?: number }) {
  const channels = o.channels ?? 3;
  const pixels = new Uint8Array(SIDE * SIDE * channels).fill(255);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const value = o.level + (o.height ?? 30) * Math.sin((2 * Math.PI * x) / o.pixels) * Math.cos((2 * Math.PI * y) / o.pixels);
      pixels.fill(Math.min(255, Math.max(0, value)), (y * SIDE + x) * channels, (y * SIDE + x) * channels + 3);
    }
  return { width: SIDE, height: SIDE, channels, pixels };
}
const hint = (view: ReturnType<typeof picture>, box = middle) => qualityHint(assessQuality(view, box), limits);

describe('capture quality', () => {
  it('names the first thing to change, and ok otherwise', () => {
    const good = picture({ level: 120, pixels: 12 });
    expect(hint(good)).toBe('ok');
    expect(hint(good, { left: 90, top: 90, right: 110, bottom: 110 })).toBe('tooFar');
    expect(hint(good, { left: 0, top: 0, right: 200, bottom: 199 })).toBe('tooClose');
    expect(hint(good, { left: 0, top: 50, right: 100, bottom: 150 })).toBe('offCentre');
    expect(hint(picture({ level: 10, pixels: 12 }))).toBe('tooDark');
    expect(hint(picture({ level: 250, pixels: 12 }))).toBe('tooBright');
    expect(hint(picture({ level: 120, pixels: 200, height: 100 }))).toBe('blurred');
  });

  it('measures a canvas (four channels) and a decoded picture (three) alike, and a box beyond the edge without failing', () => {
    expect(assessQuality(picture({ level: 120, pixels: 12, channels: 4 }), middle)).toEqual(assessQuality(picture({ level: 120, pixels: 12 }), middle));
    expect(Number.isFinite(assessQuality(picture({ level: 120, pixels: 12 }), { left: -500, top: -500, right: 900, bottom: 900 }).sharpness)).toBe(true);
  });
});
