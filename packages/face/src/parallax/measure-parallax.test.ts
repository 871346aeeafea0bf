import { describe, expect, it } from 'vitest';
import { facePolicy } from '../policy/index.ts';
import { MESH_POINTS } from '../mesh/landmarks.ts';
import { measureParallax } from './measure-parallax.ts';
import { showsDepth } from './shows-depth.ts';

/** Where the points lie that lengths are measured between. */
const PLACED = new Map<number, readonly [number, number]>([
  [33, [-4.5, 3]],
  [133, [-1.5, 3]],
  [362, [1.5, 3]],
  [263, [4.5, 3]],
  [2, [0, -2]],
  [4, [0, -1.2]],
  [1, [0, -1.6]],
  [5, [0, -0.8]],
]);
const NOSE_TIP = [4, 1, 5];

/** What is held before the camera, all about as deep. */
type Surface = 'head' | 'flat' | 'roundUpright' | 'roundLying';
function depthOf(surface: Surface, i: number, x: number, y: number): number {
  if (surface === 'flat') return 0;
  if (surface === 'roundUpright') return Math.sqrt(144 - x * x) - 6;
  if (surface === 'roundLying') return Math.sqrt(144 - y * y) - 6;
  return 6 - 0.06 * (x * x + y * y) + (NOSE_TIP.includes(i) ? 2 : 0);
}

/** Points strewn over a surface, turned about the vertical axis and seen by a pinhole. */
function seen(degrees: number, surface: Surface): Float32Array {
  const mesh = new Float32Array(3 * MESH_POINTS);
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  for (let i = 0; i < MESH_POINTS; i++) {
    const [x, y] = PLACED.get(i) ?? [Math.sin(i * 12.9898) * 7, Math.sin(i * 78.233) * 9];
    const z = depthOf(surface, i, x, y);
    const away = 50 - (z * cos - x * sin);
    mesh[3 * i] = (600 * (x * cos + z * sin)) / away;
    mesh[3 * i + 1] = (600 * y) / away;
  }
  return mesh;
}

const parallaxAt = (surface: Surface, degrees: number) => measureParallax(seen(0, surface), seen(degrees, surface));

describe('measureParallax', () => {
  it('finds depth in a turned head and none in a turned picture of it', () => {
    const threshold = facePolicy.thresholds.parallaxResidual.value;
    for (const degrees of [25, -25, 35]) {
      expect(parallaxAt('head', degrees).residual).toBeGreaterThan(threshold);
      expect(parallaxAt('flat', degrees).residual).toBeLessThan(1e-3);
    }
  });

  it('sees a picture get narrower as it turns', () => {
    expect(parallaxAt('flat', 40).foreshortening).toBeLessThan(facePolicy.thresholds.flatForeshortening.value);
    expect(parallaxAt('flat', 0).foreshortening).toBeCloseTo(1);
  });

  it('finds a nose on a head, on the side that it turns to, and none on a picture, flat or bent either way', () => {
    const threshold = facePolicy.thresholds.noseShift.value;
    for (const degrees of [25, 35]) {
      expect(parallaxAt('head', degrees).noseShift).toBeGreaterThan(threshold);
      expect(parallaxAt('head', -degrees).noseShift).toBeLessThan(-threshold);
      for (const surface of ['flat', 'roundUpright', 'roundLying'] as const) expect(Math.abs(parallaxAt(surface, degrees).noseShift)).toBeLessThan(threshold / 2);
    }
  });
});

describe('showsDepth', () => {
  it('lets a head pass and no picture, however it is bent', () => {
    for (const degrees of [26, -26, 35]) {
      expect(showsDepth(parallaxAt('head', degrees), degrees, facePolicy)).toBe(true);
      for (const surface of ['flat', 'roundUpright', 'roundLying'] as const) expect(showsDepth(parallaxAt(surface, degrees), degrees, facePolicy), surface).toBe(false);
    }
  });

  it('refuses a face that is much narrower than its turn explains, or turns the other way, and measures that are no numbers', () => {
    const turned = parallaxAt('head', 30);
    expect(showsDepth({ ...turned, foreshortening: 0.65 }, 30, facePolicy)).toBe(false);
    expect(showsDepth(turned, -30, facePolicy)).toBe(false);
    for (const broken of ['residual', 'noseShift', 'foreshortening'] as const) expect(showsDepth({ ...turned, [broken]: Number.NaN }, 30, facePolicy)).toBe(false);
  });
});
