import type { Affine } from './affine.ts';
import type { RgbImage } from './rgb-image.ts';

/** How pixel values 0–255 become a network's input. */
export interface CropScale {
  readonly factor: number;
  /** Added after the factor, one per output channel. */
  readonly offset: readonly [number, number, number];
  readonly order: 'rgb' | 'bgr';
}

/**
 * Samples a square crop bilinearly into planar floats (channels first), already scaled as the network wants them.
 * What lies outside the image is black.
 * @param toImage from crop pixels to image pixels
 */
export function crop(image: RgbImage, toImage: Affine, side: number, scale: CropScale): Float32Array {
  const { width, height, pixels } = image;
  const [a, b, c, d, e, f] = toImage;
  const plane = side * side;
  const out = new Float32Array(3 * plane);
  const { factor, offset } = scale;
  const [first, third] = scale.order === 'rgb' ? [0, 2 * plane] : [2 * plane, 0];
  const offsetRed = scale.order === 'rgb' ? offset[0] : offset[2];
  const offsetBlue = scale.order === 'rgb' ? offset[2] : offset[0];
  const stride = 3 * width;
  for (let v = 0, at = 0; v < side; v++) {
    for (let u = 0; u < side; u++, at++) {
      const x = a * u + b * v + c;
      const y = d * u + e * v + f;
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      const fx = x - x0;
      const fy = y - y0;
      const w00 = (1 - fx) * (1 - fy);
      const w10 = fx * (1 - fy);
      const w01 = (1 - fx) * fy;
      const w11 = fx * fy;
      let red = 0;
      let green = 0;
      let blue = 0;
      if (x0 >= 0 && y0 >= 0 && x0 < width - 1 && y0 < height - 1) {
        const p = y0 * stride + 3 * x0;
        const q = p + stride;
        red = w00 * pixels[p]! + w10 * pixels[p + 3]! + w01 * pixels[q]! + w11 * pixels[q + 3]!;
        green = w00 * pixels[p + 1]! + w10 * pixels[p + 4]! + w01 * pixels[q + 1]! + w11 * pixels[q + 4]!;
        blue = w00 * pixels[p + 2]! + w10 * pixels[p + 5]! + w01 * pixels[q + 2]! + w11 * pixels[q + 5]!;
      } else if (x0 >= -1 && y0 >= -1 && x0 < width && y0 < height) {
        for (const [dx, dy, w] of [[0, 0, w00], [1, 0, w10], [0, 1, w01], [1, 1, w11]] as const) {
          const [xx, yy] = [x0 + dx, y0 + dy];
          if (xx < 0 || yy < 0 || xx >= width || yy >= height) continue;
          const p = yy * stride + 3 * xx;
          red += w * pixels[p]!;
          green += w * pixels[p + 1]!;
          blue += w * pixels[p + 2]!;
        }
      }
      out[first + at] = red * factor + offsetRed;
      out[plane + at] = green * factor + offset[1];
      out[third + at] = blue * factor + offsetBlue;
    }
  }
  return out;
}

/** The same crop, mirrored left to right. */
export function mirrorCrop(planar: Float32Array, side: number): Float32Array {
  const out = new Float32Array(planar.length);
  for (let row = 0; row < planar.length; row += side) for (let u = 0; u < side; u++) out[row + u] = planar[row + side - 1 - u]!;
  return out;
}
