import type { RgbImage } from '../citizens/rgb-image.ts';

/** Rows and columns between two dark lines of the display's grid, as the camera resolves it. */
const GRID = 3;
const GRID_DEPTH = 0.1;
/** A display shines by itself: black is grey, and it is brighter than skin. */
const BLACK = 0.035;
const GAIN = 1.12;
/** What glass sends back of the light before it, all over, in units of what skin would. */
const GLASS = 0.25;

/** A picture as a camera sees it on a display: its glow and grid, with the room's screen mirrored in the glass. */
export function showOnScreen(image: RgbImage, rgb: readonly [number, number, number] | null, share: number): RgbImage {
  const mirrored = [0, 1, 2].map((k) => (rgb === null ? 0 : GLASS * share * (rgb[k]! / 255) ** 2.2));
  const { width } = image;
  const data = image.data.map((value, i) => {
    const pixel = Math.floor(i / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const grid = 1 - GRID_DEPTH * (x % GRID === 0 ? 1 : 0) - GRID_DEPTH * (y % GRID === 0 ? 1 : 0);
    return Math.min(255, 255 * (BLACK + GAIN * grid * (value / 255) ** 2.2 + mirrored[i % 3]!) ** (1 / 2.2));
  });
  return { ...image, data };
}
