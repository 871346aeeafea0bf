import { describe, expect, it } from 'vitest';
import { facePolicy } from '../policy/index.ts';
import { MESH_POINTS } from '../mesh/landmarks.ts';
import { measureParallax } from './measure-parallax.ts';

/** Where the points lie that lengths are measured between. */
const PLACED = new Map<number, readonly [number, number]>([
  [33, [-4.5, 3]],
  [133, [-1.5, 3]],
  [362, [1.5, 3]],
  [263, [4.5, 3]],
  [2, [0, -2]],
]);

/** Points strewn over a face-like dome (or its flat picture), turned about the vertical axis and seen by a pinhole. */
function seen(degrees: number, depth: number): Float32Array {
  const mesh = new Float32Array(3 * MESH_POINTS);
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  for (let i = 0; i < MESH_POINTS; i++) {
    const [x, y] = PLACED.get(i) ?? [Math.sin(i * 12.9898) * 7, Math.sin(i * 78.233) * 9];
    const z = depth * (6 - 0.06 * (x * x + y * y));
    const away = 50 - (z * cos - x * sin);
    mesh[3 * i] = (600 * (x * cos + z * sin)) / away;
    mesh[3 * i + 1] = (600 * y) / away;
  }
  return mesh;
}

describe('measureParallax', () => {
  it('finds depth in a turned head and none in a turned picture of it', () => {
    const threshold = facePolicy.thresholds.parallaxResidual.value;
    for (const degrees of [25, -25, 35]) {
      expect(measureParallax(seen(0, 1), seen(degrees, 1)).residual).toBeGreaterThan(threshold);
      expect(measureParallax(seen(0, 0), seen(degrees, 0)).residual).toBeLessThan(1e-3);
    }
  });

  it('sees a picture get narrower as it turns', () => {
    expect(measureParallax(seen(0, 0), seen(40, 0)).foreshortening).toBeLessThan(facePolicy.thresholds.flatForeshortening.value);
    expect(measureParallax(seen(0, 0), seen(0, 0)).foreshortening).toBeCloseTo(1);
  });
});
