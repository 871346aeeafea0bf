import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facePolicy } from '../policy/index.ts';
import { assessQuality, type FaceGeometry, frameWeight, measureCovering, type PixelView, qualityComponentNames, type QualityComponents, qualityComponents, type QualityMinimums, qualityShortfalls, shortfallHint } from './index.ts';

const SIDE = 200;
const box = { left: 50, top: 50, right: 150, bottom: 150 };
const geometry: FaceGeometry = { pose: { yawDeg: 0, pitchDeg: 0, rollDeg: 0 }, eyeOpening: 0.3, mouthOpening: 0.02, interEyePx: 90, covering: 0.01 };
const minimums = Object.fromEntries(qualityComponentNames.map((name) => [name, facePolicy.quality[name].value])) as QualityMinimums;

/** A pattern of fine waves, with the level that `lumaAt` gives to each column. */
function picture(lumaAt: (x: number) => number, height = 60, period = 8): PixelView {
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) pixels.fill(Math.min(255, Math.max(0, lumaAt(x) + height * Math.sin((2 * Math.PI * x) / period) * Math.cos((2 * Math.PI * y) / period))), (y * SIDE + x) * 3, (y * SIDE + x) * 3 + 3);
  return { width: SIDE, height: SIDE, channels: 3, pixels };
}
const of = (view: PixelView, face: Partial<FaceGeometry> = {}): QualityComponents => qualityComponents(assessQuality(view, box), { ...geometry, ...face });
const short = (view: PixelView, face: Partial<FaceGeometry> = {}): readonly string[] => qualityShortfalls(of(view, face), minimums);
const good = picture(() => 125);

describe('the components of capture quality', () => {
  it('wish for nothing in a good picture', () => {
    expect(short(good)).toEqual([]);
    for (const [name, value] of Object.entries(of(good))) expect([name, value > 85]).toEqual([name, true]);
    expect(frameWeight(of(good), minimums)).toBeGreaterThan(0.9);
  });

  it.each([
    ['a turned head', good, { pose: { yawDeg: 50, pitchDeg: 0, rollDeg: 0 } }, ['pose']],
    ['a head from behind', good, { pose: { yawDeg: 180, pitchDeg: 0, rollDeg: 0 } }, ['pose']],
    ['closed eyes', good, { eyeOpening: 0.02 }, ['eyesOpen']],
    ['an open mouth', good, { mouthOpening: 0.6 }, ['expression']],
    ['a small face', good, { interEyePx: 12 }, ['interEyeDistance']],
    ['eyes that could not be measured', good, { eyeOpening: NaN }, ['eyesOpen']],
    ['a covered face', good, { covering: 0.3 }, ['occlusion']],
    ['darkness', picture(() => 12, 10), {}, ['brightness', 'contrast', 'exposure']],
    ['glare', picture(() => 250, 60), {}, ['brightness', 'exposure']],
    ['light from one side', picture((x) => (x < 100 ? 20 : 200), 20), {}, ['evenness']],
    ['fog', picture(() => 125, 3), {}, ['contrast']],
    ['blur', picture(() => 125, 60, 160), {}, ['sharpness']],
  ] as const)('name %s by its component, and give the frame no weight', (_name, view, face, missing) => {
    expect(short(view, face)).toEqual(expect.arrayContaining([...missing]));
    expect(frameWeight(of(view, face), minimums)).toBe(0);
  });

  it('stay between 0 and 100 whatever is measured', () => {
    const anything = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(anything, anything, anything, anything, (a, b, c, d) => {
        const components = of(good, { pose: { yawDeg: a, pitchDeg: b, rollDeg: c }, eyeOpening: a, mouthOpening: d, interEyePx: b, covering: c });
        for (const value of Object.values(components)) expect(value >= 0 && value <= 100).toBe(true);
      }),
    );
  });

  it('let a worse frame weigh less', () => {
    const weight = (yawDeg: number) => frameWeight(of(good, { pose: { yawDeg, pitchDeg: 0, rollDeg: 0 } }), minimums);
    expect(weight(12)).toBeLessThan(weight(4));
    expect(weight(12)).toBeGreaterThan(0);
  });
});

describe('a covered face', () => {
  const patches = [60, 80, 100, 120, 140].map((x) => ({ x, y: 100, radius: 4 }));
  /** Skin of one colour in light that falls off, with a piece of cloth of another over the columns from `from`. */
  const skin = (from: number, cloth: readonly [number, number, number], tone: readonly [number, number, number] = [200, 150, 120]): PixelView => {
    const pixels = new Uint8Array(SIDE * SIDE * 3);
    for (let i = 0; i < SIDE * SIDE; i++) for (let k = 0; k < 3; k++) pixels[3 * i + k] = (i % SIDE < from ? tone : cloth)[k]! * (0.5 + (i % SIDE) / (2 * SIDE));
    return { width: SIDE, height: SIDE, channels: 3, pixels };
  };

  it('has cloth of another colour over it; light that falls off and the skin’s tone are no covering', () => {
    expect(measureCovering(skin(130, [90, 130, 200]), patches)).toBeGreaterThan(0.12);
    for (const tone of [[235, 200, 180], [200, 150, 120], [90, 55, 40]] as const) expect(measureCovering(skin(SIDE, [0, 0, 0], tone), patches)).toBeLessThan(0.02);
  });

  it('is not seen where nothing is', () => {
    expect(measureCovering(skin(SIDE, [0, 0, 0]), [])).toBe(0);
    expect(measureCovering(skin(SIDE, [0, 0, 0]), [{ x: -500, y: 900, radius: 3 }])).toBe(0);
  });
});

describe('what a citizen at rest is told', () => {
  const told = (view: PixelView, face: Partial<FaceGeometry> = {}): string => shortfallHint(of(view, face), minimums);

  it.each([
    ['a good picture', good, {}, 'ok'],
    ['a hand before the face', good, { covering: 0.3 }, 'covered'],
    ['closed eyes', good, { eyeOpening: 0.02 }, 'eyesClosed'],
    ['eyes that were not looked at', good, { eyeOpening: Number.POSITIVE_INFINITY }, 'ok'],
    ['an open mouth', good, { mouthOpening: 0.6 }, 'relaxFace'],
    ['a small face', good, { interEyePx: 12 }, 'tooFar'],
    ['light from one side', picture((x) => (x < 100 ? 20 : 200), 20), {}, 'unevenLight'],
    ['fog', picture(() => 125, 3), {}, 'lowContrast'],
    ['a covered face with closed eyes: the first thing first', good, { covering: 0.3, eyeOpening: 0.02 }, 'covered'],
  ] as const)('%s', (_name, view, face, hint) => {
    expect(told(view, face)).toBe(hint);
  });
});
