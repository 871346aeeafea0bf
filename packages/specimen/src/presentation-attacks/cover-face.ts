import type { RgbImage } from '../citizens/rgb-image.ts';

/** What hides a part of the face: over nose and mouth, over the eyes, or all but a slit. */
export type Covering = 'mask' | 'sunglasses' | 'helmet';

const COLOURS = { mask: [70, 110, 150], sunglasses: [18, 18, 20], helmet: [42, 44, 50] } as const;
/** Points of the face mesh: forehead, chin, cheeks, brows, under the eyes, nose root. */
const [FOREHEAD, CHIN, RIGHT, LEFT, NOSE_ROOT, RIGHT_BROW, UNDER_RIGHT_EYE] = [10, 152, 234, 454, 6, 105, 119];

/** Paints the covering where it would be worn. */
export function coverFace(image: RgbImage, face: Float32Array, covering: Covering): RgbImage {
  const at = (i: number): readonly [number, number] => [face[3 * i]!, face[3 * i + 1]!];
  const [top, chin, right, left, root, brow, under] = [FOREHEAD, CHIN, RIGHT, LEFT, NOSE_ROOT, RIGHT_BROW, UNDER_RIGHT_EYE].map(at) as [readonly [number, number], ...(readonly [number, number])[]] as readonly (readonly [number, number])[];
  const height = Math.hypot(chin![0] - top![0], chin![1] - top![1]);
  const down = [(chin![0] - top![0]) / height, (chin![1] - top![1]) / height] as const;
  const along = ([x, y]: readonly [number, number]): number => (x - top![0]) * down[0] + (y - top![1]) * down[1];
  const [rootAt, browAt, underAt] = [along(root!), along(brow!), along(under!)];
  const middle = [(right![0] + left![0]) / 2, (right![1] + left![1]) / 2] as const;
  const halfWidth = Math.hypot(left![0] - right![0], left![1] - right![1]) / 2;
  const hidden = (x: number, y: number): boolean => {
    const depth = along([x, y]);
    const aside = Math.abs((x - middle[0]) * down[1] - (y - middle[1]) * down[0]) / halfWidth;
    if (covering === 'mask') return depth > rootAt + 0.1 * height && depth < 1.02 * height && aside < 0.95;
    if (covering === 'sunglasses') return depth > browAt - 0.02 * height && depth < underAt + 0.08 * height && aside < 0.85;
    const inSlit = depth > browAt - 0.02 * height && depth < underAt + 0.03 * height && aside < 0.8;
    return depth > -0.25 * height && depth < 1.15 * height && aside < 1.25 && !inSlit;
  };
  const data = Uint8Array.from(image.data);
  const colour = COLOURS[covering];
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < image.width; x++) {
      if (!hidden(x, y)) continue;
      const shade = 0.85 + (0.3 * ((x - middle[0]) / halfWidth + 1)) / 2;
      for (let k = 0; k < 3; k++) data[3 * (y * image.width + x) + k] = Math.min(255, colour[k]! * shade);
    }
  return { ...image, data };
}
