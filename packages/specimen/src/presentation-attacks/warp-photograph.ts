import type { RgbImage } from '../citizens/rgb-image.ts';

/** How a photograph is made to move, 0–1 each; the turn −1 … 1, to the face's own left. */
export interface Warp {
  readonly smile: number;
  readonly mouthOpen: number;
  readonly blink: number;
  readonly turn: number;
  readonly nod: number;
}

const MOUTH_CORNERS = [61, 291] as const;
const [LOWER_LIP, CHIN, UPPER_LIP, NOSE_TIP, FOREHEAD] = [14, 152, 13, 4, 10] as const;
const EYES = [{ upper: 159, lower: 145, outer: 33, inner: 133 }, { upper: 386, lower: 374, outer: 263, inner: 362 }] as const;

/**
 * A "photo puppet": one photograph, its pixels pulled about in the plane so that the mouth widens or opens, the lids close
 * and the middle of the face slides to a side as if it turned. Good enough to be followed by a face mesh; no depth is made,
 * only what a smooth displacement can pretend.
 */
export function warpPhotograph(image: RgbImage, face: Float32Array, warp: Warp): RgbImage {
  const at = (i: number): readonly [number, number] => [face[3 * i]!, face[3 * i + 1]!];
  const [top, chin, nose, lip, upperLip] = [at(FOREHEAD), at(CHIN), at(NOSE_TIP), at(LOWER_LIP), at(UPPER_LIP)];
  const height = chin[1] - top[1];
  const near = (x: number, y: number, [cx, cy]: readonly [number, number], radius: number): number => Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (radius * radius));
  const { width } = image;
  const data = new Uint8Array(image.data.length);
  const dark = (x: number, y: number): number => {
    // An opened mouth needs an inside; a photograph has none, so it is painted.
    const [mx, my] = [(upperLip[0] + lip[0]) / 2, upperLip[1] + 0.09 * height * warp.mouthOpen];
    return warp.mouthOpen > 0 && ((x - mx) / (0.09 * height)) ** 2 + ((y - my) / (0.075 * height * warp.mouthOpen)) ** 2 < 1 ? 1 : 0;
  };
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < width; x++) {
      let [sx, sy] = [x, y];
      const bulge = near(x, y, nose, 0.55 * height);
      sx -= 0.3 * height * warp.turn * bulge;
      sy += 0.22 * height * warp.nod * bulge;
      for (const [i, corner] of MOUTH_CORNERS.entries()) {
        const pull = warp.smile * near(x, y, at(corner), 0.16 * height);
        sx -= (i === 0 ? -1 : 1) * 0.07 * height * pull;
        sy += 0.03 * height * pull;
      }
      if (y > upperLip[1]) sy -= 0.16 * height * warp.mouthOpen * near(x, y, [lip[0], lip[1] + 0.1 * height], 0.3 * height);
      for (const eye of EYES) {
        const [upper, lower, outer, inner] = [at(eye.upper), at(eye.lower), at(eye.outer), at(eye.inner)];
        const open = lower[1] - upper[1];
        const across = Math.abs(x - (outer[0] + inner[0]) / 2) / (Math.abs(outer[0] - inner[0]) / 2);
        // The lid's skin is drawn down over the eye.
        if (warp.blink > 0 && across < 1.1 && y > upper[1] - 2 * open && y < lower[1]) sy -= warp.blink * 1.2 * open * Math.max(0, Math.min(1, (y - upper[1] + 2 * open) / (2 * open)));
      }
      const [px, py] = [Math.max(0, Math.min(width - 1, Math.round(sx))), Math.max(0, Math.min(image.height - 1, Math.round(sy)))];
      const from = 3 * (py * width + px);
      const mouth = dark(x, y);
      for (let k = 0; k < 3; k++) data[3 * (y * width + x) + k] = mouth === 1 ? [58, 24, 24][k]! : image.data[from + k]!;
    }
  return { ...image, data };
}
