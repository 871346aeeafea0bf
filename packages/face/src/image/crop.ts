import type { Affine } from './affine.ts';
import { discard } from './discard.ts';
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
 * What lies outside the image is black. The runs of pixels that lie inside need no checks: nearly all of them.
 * @param toImage from crop pixels to image pixels
 * @param out where to write: three planes of `side` × `side`
 */
export function crop(image: RgbImage, toImage: Affine, side: number, scale: CropScale, out = new Float32Array(3 * side * side)): Float32Array {
  const { width, height } = image;
  const [a, b, c, d, e, f] = toImage;
  const target: Target = { image, a, d, out, plane: side * side, scale };
  for (let v = 0; v < side; v++) {
    const x = b * v + c;
    const y = e * v + f;
    const [fromX, toX] = run(a, x, width - 1, side);
    const [fromY, toY] = run(d, y, height - 1, side);
    const from = Math.max(fromX, fromY);
    const to = Math.max(from, Math.min(toX, toY));
    sampleAnywhere(target, x, y, 0, Math.min(from, side), v * side);
    sampleInside(target, x, y, from, to, v * side);
    sampleAnywhere(target, x, y, to, side, v * side);
  }
  return out;
}

interface Target {
  readonly image: RgbImage;
  readonly a: number;
  readonly d: number;
  readonly out: Float32Array;
  readonly plane: number;
  readonly scale: CropScale;
}

/** For which whole u, of 0 to `side`, `0 <= step·u + start < end`: from the first to before the last, or one fewer where rounding might decide. */
function run(step: number, start: number, end: number, side: number): readonly [from: number, to: number] {
  if (Math.abs(step) < 1e-9) return start >= 1e-6 && start + step * side < end - 1e-6 ? [0, side] : [side, side];
  const [low, high] = step > 0 ? [-start / step, (end - start) / step] : [(end - start) / step, -start / step];
  return [Math.min(side, Math.max(0, Math.ceil(low + 1e-6))), Math.min(side, Math.max(0, Math.floor(high - 1e-6)))];
}

function sampleInside({ image, a, d, out, plane, scale }: Target, startX: number, startY: number, from: number, to: number, row: number): void {
  const { pixels } = image;
  const stride = 3 * image.width;
  const { factor, order } = scale;
  const [offset0, offset1, offset2] = scale.offset;
  const [first, third] = order === 'rgb' ? [0, 2] : [2, 0];
  for (let u = from; u < to; u++) {
    const x = a * u + startX;
    const y = d * u + startY;
    // Not negative: cutting is rounding down.
    const x0 = x | 0;
    const y0 = y | 0;
    const fx = x - x0;
    const fy = y - y0;
    const w00 = (1 - fx) * (1 - fy);
    const w10 = fx * (1 - fy);
    const w01 = (1 - fx) * fy;
    const w11 = fx * fy;
    const p = y0 * stride + 3 * x0;
    const q = p + stride;
    const at = row + u;
    out[at] = (w00 * pixels[p + first]! + w10 * pixels[p + 3 + first]! + w01 * pixels[q + first]! + w11 * pixels[q + 3 + first]!) * factor + offset0;
    out[at + plane] = (w00 * pixels[p + 1]! + w10 * pixels[p + 4]! + w01 * pixels[q + 1]! + w11 * pixels[q + 4]!) * factor + offset1;
    out[at + 2 * plane] = (w00 * pixels[p + third]! + w10 * pixels[p + 3 + third]! + w01 * pixels[q + third]! + w11 * pixels[q + 3 + third]!) * factor + offset2;
  }
}

function sampleAnywhere({ image, a, d, out, plane, scale }: Target, startX: number, startY: number, from: number, to: number, row: number): void {
  const { width, height, pixels } = image;
  const channels = scale.order === 'rgb' ? [0, 1, 2] : [2, 1, 0];
  for (let u = from; u < to; u++) {
    const x = a * u + startX;
    const y = d * u + startY;
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    for (let k = 0; k < 3; k++) {
      let value = 0;
      for (let j = 0; j < 4; j++) {
        const xx = x0 + (j & 1);
        const yy = y0 + (j >> 1);
        if (xx < 0 || yy < 0 || xx >= width || yy >= height) continue;
        value += (j & 1 ? x - x0 : 1 - x + x0) * (j >> 1 ? y - y0 : 1 - y + y0) * pixels[3 * (yy * width + xx) + channels[k]!]!;
      }
      out[row + u + k * plane] = value * scale.factor + scale.offset[k]!;
    }
  }
}

/** A crop and its mirror image, one after the other; the crop is discarded. */
export function withMirrorImage(planar: Float32Array, side: number): Float32Array {
  const both = new Float32Array(2 * planar.length);
  both.set(planar);
  both.set(mirrorCrop(planar, side), planar.length);
  discard(planar);
  return both;
}

/** The same crop, mirrored left to right. */
export function mirrorCrop(planar: Float32Array, side: number): Float32Array {
  const out = new Float32Array(planar.length);
  for (let row = 0; row < planar.length; row += side) for (let u = 0; u < side; u++) out[row + u] = planar[row + side - 1 - u]!;
  return out;
}
