import { type FaceMesh, pointAt } from '../mesh/landmarks.ts';
import type { RgbImage } from '../image/rgb-image.ts';

/** Middles of the forehead and of both cheeks, with a point that says how wide the patch is. */
const PATCHES = [
  { middle: 151, edge: 9 },
  { middle: 50, edge: 205 },
  { middle: 280, edge: 425 },
] as const;
/** Samples per side of a patch. */
const GRID = 12;

/** Displayed byte → linear light (IEC 61966-2-1). */
const linear = Float32Array.from({ length: 256 }, (_, byte) => {
  const v = byte / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

/**
 * Mean light that cheeks and forehead send back, red, green and blue, linear, 0–1. Follows the light that falls on the
 * face; says nothing of whose face it is. Darker skin sends back less: use ratios to the same face in other light.
 */
export function measureSkinLight(image: RgbImage, mesh: FaceMesh): readonly [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  let samples = 0;
  for (const { middle, edge } of PATCHES) {
    const [cx, cy] = pointAt(mesh, middle);
    const [ex, ey] = pointAt(mesh, edge);
    const radius = 0.6 * Math.hypot(ex - cx, ey - cy);
    for (let v = 0; v < GRID; v++)
      for (let u = 0; u < GRID; u++) {
        const x = Math.round(cx + radius * ((2 * u) / (GRID - 1) - 1));
        const y = Math.round(cy + radius * ((2 * v) / (GRID - 1) - 1));
        if (x < 0 || y < 0 || x >= image.width || y >= image.height) continue;
        const p = 3 * (y * image.width + x);
        for (let k = 0; k < 3; k++) sums[k]! += linear[image.pixels[p + k]!]!;
        samples++;
      }
  }
  const count = Math.max(1, samples);
  return [sums[0] / count, sums[1] / count, sums[2] / count];
}
