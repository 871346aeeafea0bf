import type { RgbImage } from '../citizens/rgb-image.ts';

/** Pixels to each side that a blurred one is the mean of. */
const BLUR = 10;

/** The picture with each column and row taken from another; outside of it: grey. */
function rearranged(image: RgbImage, columnOf: (x: number) => number, rowOf: (y: number) => number): RgbImage {
  const { width, height, data } = image;
  const moved = new Uint8Array(data.length).fill(128);
  const columns = Array.from({ length: width }, (_, x) => Math.floor(columnOf(x)));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(rowOf(y));
    if (row < 0 || row >= height) continue;
    for (let x = 0; x < width; x++) {
      const column = columns[x]!;
      if (column < 0 || column >= width) continue;
      const [to, from] = [3 * (y * width + x), 3 * (row * width + column)];
      moved[to] = data[from]!;
      moved[to + 1] = data[from + 1]!;
      moved[to + 2] = data[from + 2]!;
    }
  }
  return { width, height, data: moved };
}

export const mirrored = (image: RgbImage): RgbImage => rearranged(image, (x) => image.width - 1 - x, (y) => y);
export const upsideDown = (image: RgbImage): RgbImage => rearranged(image, (x) => image.width - 1 - x, (y) => image.height - 1 - y);
/** The same picture, small in the middle of a grey one. */
export const shrunk = (image: RgbImage, times: number): RgbImage => rearranged(image, (x) => (x - image.width / 2) * times + image.width / 2, (y) => (y - image.height / 2) * times + image.height / 2);
/** Both at half size, one beside the other. */
export const beside = (left: RgbImage, right: RgbImage): RgbImage => {
  const [one, other] = [left, right].map((image) => shrunk(image, 2)) as [RgbImage, RgbImage];
  const { width, height } = left;
  const half = width >> 1;
  const data = new Uint8Array(left.data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = x < half ? one : other;
      const at = 3 * (y * width + (width >> 2) + (x % half));
      data.set(from.data.subarray(at, at + 3), 3 * (y * width + x));
    }
  return { width, height, data };
};
/** As a camera sees with hardly any light; the noise of its sensor stays. */
export const darkened = (image: RgbImage): RgbImage => ({ ...image, data: image.data.map((value) => value * 0.06) });
export const greyed = (image: RgbImage): RgbImage => {
  const data = new Uint8Array(image.data.length);
  for (let at = 0; at < data.length; at += 3) data.fill(0.299 * image.data[at]! + 0.587 * image.data[at + 1]! + 0.114 * image.data[at + 2]!, at, at + 3);
  return { ...image, data };
};
/** Each pixel the mean of those around it: out of focus. */
export function blurred(image: RgbImage): RgbImage {
  const { width, height } = image;
  const smear = (from: Uint8Array, length: number, step: number, lines: number, lineStep: number): Uint8Array => {
    const to = new Uint8Array(from.length);
    for (let line = 0; line < lines; line++)
      for (let channel = 0; channel < 3; channel++) {
        const at = (i: number): number => line * lineStep + Math.min(length - 1, Math.max(0, i)) * step + channel;
        let sum = 0;
        for (let i = -BLUR; i <= BLUR; i++) sum += from[at(i)]!;
        for (let i = 0; i < length; i++) {
          to[at(i)] = sum / (2 * BLUR + 1);
          sum += from[at(i + BLUR + 1)]! - from[at(i - BLUR)]!;
        }
      }
    return to;
  };
  return { width, height, data: smear(smear(image.data, width, 3, height, 3 * width), height, 3 * width, width, 3) };
}

/** Ink where the picture changes, paper elsewhere: what a pencil would make of it. */
export function lineDrawing(image: RgbImage): RgbImage {
  const { width, height } = image;
  const { data: grey } = greyed(image);
  const data = new Uint8Array(grey.length).fill(245);
  const at = (x: number, y: number): number => grey[3 * (y * width + x)]!;
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const change = Math.hypot(at(x + 1, y) - at(x - 1, y), at(x, y + 1) - at(x, y - 1));
      data.fill(245 - Math.min(225, Math.max(0, change - 8) * 9), 3 * (y * width + x), 3 * (y * width + x) + 3);
    }
  return { width, height, data };
}
