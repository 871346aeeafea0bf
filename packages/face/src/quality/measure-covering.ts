import type { PixelView } from './assess-quality.ts';

/** A piece of skin: its middle and half its side, in pixels. */
export interface SkinPatch {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Samples per side of a patch. */
const GRID = 5;

/**
 * How far the colour of the patch that differs most is from the face's own (the median of all patches), in shares of red
 * and green. Skin of one face has one colour in one light; a mask, a scarf or a sticker has another. A hand, and anything
 * on a grey picture, is not told from skin.
 */
export function measureCovering({ width, height, channels, pixels }: PixelView, patches: readonly SkinPatch[]): number {
  const colours = patches.flatMap(({ x, y, radius }) => {
    const sums = [0, 0, 0];
    for (let v = 0; v < GRID; v++)
      for (let u = 0; u < GRID; u++) {
        const px = Math.round(x + radius * ((2 * u) / (GRID - 1) - 1));
        const py = Math.round(y + radius * ((2 * v) / (GRID - 1) - 1));
        if (px < 0 || py < 0 || px >= width || py >= height) continue;
        for (let k = 0; k < 3; k++) sums[k]! += pixels[(py * width + px) * channels + k]!;
      }
    const total = sums[0]! + sums[1]! + sums[2]!;
    return total === 0 ? [] : [[sums[0]! / total, sums[1]! / total] as const];
  });
  if (colours.length === 0) return 0;
  const [red, green] = [median(colours.map(([r]) => r)), median(colours.map(([, g]) => g))];
  return Math.max(...colours.map(([r, g]) => Math.hypot(r - red, g - green)));
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
