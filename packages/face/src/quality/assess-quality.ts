/** Pixels as a canvas or a decoder gives them: `channels` bytes each (3 or 4), row by row. */
export interface PixelView {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly pixels: Uint8Array | Uint8ClampedArray;
}

/** Where the face is, in pixels. */
export interface FaceBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What the pixels alone say, named as in ISO/IEC 29794-5. */
export interface CaptureQuality {
  /** Mean luma of the face, 0–255. */
  readonly brightness: number;
  /** Standard deviation of luma, 0–128. */
  readonly contrast: number;
  /** Difference of the halves' mean luma over the lighter half's, 0–1: light from one side. */
  readonly unevenness: number;
  /** Shares of the face that are burnt out and that are black. */
  readonly overExposed: number;
  readonly underExposed: number;
  /** Mean absolute second difference of luma over its mean deviation, on a grid that follows the face's size. */
  readonly sharpness: number;
  /** Face height over image height. */
  readonly faceHeight: number;
  /** Distance of the face's centre from the image's, in image widths or heights, whichever is more. */
  readonly offCentre: number;
}

/** Samples per side: enough to see blur, and the same work for every camera. */
const GRID = 96;
/** Luma at which a sensor has nothing more to tell. */
const BURNT_OUT = 247;
const BLACK = 8;

/**
 * Measures what makes a picture of a face usable. Pure: the browser coaches with it and the booth judges with it.
 * Says nothing about who or what is in front of the camera.
 */
export function assessQuality(view: PixelView, box: FaceBox): CaptureQuality {
  const luma = sampleLuma(view, box);
  let [left, right, squares, over, under] = [0, 0, 0, 0, 0];
  for (let i = 0; i < luma.length; i++) {
    const value = luma[i]!;
    if (i % GRID < GRID / 2) left += value;
    else right += value;
    squares += value * value;
    if (value >= BURNT_OUT) over++;
    if (value <= BLACK) under++;
  }
  const brightness = (left + right) / luma.length;
  let deviation = 0;
  for (const value of luma) deviation += Math.abs(value - brightness);
  let detail = 0;
  for (let v = 1; v < GRID - 1; v++)
    for (let u = 1; u < GRID - 1; u++) {
      const i = v * GRID + u;
      detail += Math.abs(4 * luma[i]! - luma[i - 1]! - luma[i + 1]! - luma[i - GRID]! - luma[i + GRID]!);
    }
  return {
    brightness,
    contrast: Math.sqrt(Math.max(0, squares / luma.length - brightness ** 2)),
    unevenness: Math.abs(left - right) / Math.max(1, left, right),
    overExposed: over / luma.length,
    underExposed: under / luma.length,
    sharpness: detail / (GRID - 2) ** 2 / Math.max(1, deviation / luma.length),
    faceHeight: (box.bottom - box.top) / view.height,
    offCentre: Math.max(Math.abs((box.left + box.right) / 2 / view.width - 0.5), Math.abs((box.top + box.bottom) / 2 / view.height - 0.5)),
  };
}

function sampleLuma({ width, height, channels, pixels }: PixelView, box: FaceBox): Float32Array {
  const luma = new Float32Array(GRID * GRID);
  const stepX = (box.right - box.left) / GRID;
  const stepY = (box.bottom - box.top) / GRID;
  const columns = Int32Array.from({ length: GRID }, (_, u) => channels * clamp(Math.round(box.left + (u + 0.5) * stepX), width - 1));
  for (let v = 0, at = 0; v < GRID; v++) {
    const row = channels * width * clamp(Math.round(box.top + (v + 0.5) * stepY), height - 1);
    for (let u = 0; u < GRID; u++, at++) {
      const p = row + columns[u]!;
      luma[at] = 0.299 * pixels[p]! + 0.587 * pixels[p + 1]! + 0.114 * pixels[p + 2]!;
    }
  }
  return luma;
}

const clamp = (value: number, max: number): number => Math.min(max, Math.max(0, value));
