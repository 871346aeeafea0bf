import { smoothStep } from './curves.ts';
import type { RgbImage } from './rgb-image.ts';
import { boundedNormal, seededRandom } from './seeded-random.ts';

/** What the rasteriser draws into: linear light, and the nearness (1 / distance) of what was drawn. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly light: Float32Array;
  readonly nearness: Float32Array;
}

export const createCanvas = (width: number, height: number): Canvas => ({ width, height, light: new Float32Array(3 * width * height), nearness: new Float32Array(width * height) });

const DISPLAY_GAMMA = 2.2;

/** Displayed byte → linear light. */
export const linearLight = Float32Array.from({ length: 256 }, (_, value) => (value / 255) ** DISPLAY_GAMMA);

const EXPOSURE_STEPS = 4096;
const EXPOSURE_TOP = 2;
/** Linear light → displayed value, with a soft shoulder as cameras have. */
const exposure = Float32Array.from({ length: EXPOSURE_STEPS + 1 }, (_, step) => {
  const light = (step / EXPOSURE_STEPS) * EXPOSURE_TOP;
  const rolled = light < 0.6 ? light : 0.6 + 0.4 * (1 - Math.exp(-(light - 0.6) / 0.4));
  return 255 * rolled ** (1 / DISPLAY_GAMMA);
});

/** Length of the noise table: indices wrap round by `& 0xffff`. */
export const NOISE_LENGTH = 0x1_0000;
/** Normal noise of standard deviation 1, drawn once: a table is ten times faster than a draw per pixel. */
export const noiseTable = (() => {
  const random = seededRandom(20_261_122);
  return Float32Array.from({ length: NOISE_LENGTH }, () => boundedNormal(random));
})();

/** Sensor noise, standard deviations in displayed steps of 0…255: of brightness, and of each colour by itself. */
export interface SensorNoise {
  readonly seed: number;
  readonly brightness: number;
  readonly colour: number;
}

/** Weights of a pixel and of each of its four neighbours: the lens' softness, and more of it where one thing ends before another. */
const LENS = { centre: 0.56, side: 0.11 } as const;
const OUTLINE = { centre: 0.28, side: 0.18 } as const;
/** A jump of nearness that makes an outline: about a centimetre before a camera half a metre away. */
const OUTLINE_JUMP = 0.0004;

/** Develops a canvas into displayed pixels: lens softness, exposure, sensor noise. A canvas of twice the size gives an image of half, better anti-aliased. */
export function developImage(canvas: Canvas, width: number, height: number, noise?: SensorNoise): RgbImage {
  const { light, nearness } = canvas;
  const step = canvas.width / width;
  const rowLength = 3 * canvas.width;
  const data = new Uint8Array(3 * width * height);
  const scale = EXPOSURE_STEPS / EXPOSURE_TOP;
  const random = seededRandom(noise?.seed ?? 0);
  let grain = 0;
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    const up = y === 0 ? 0 : -rowLength;
    const down = y === height - 1 ? 0 : rowLength;
    if (noise !== undefined) grain = Math.floor(random() * NOISE_LENGTH);
    for (let x = 0; x < width; x += 1) {
      const source = y * step * rowLength + 3 * x * step;
      const left = x === 0 ? 0 : -3;
      const right = x === width - 1 ? 0 : 3;
      const brightness = noise === undefined ? 0 : noise.brightness * noiseTable[grain & 0xffff]!;
      const place = source / 3;
      const near = nearness[place]!;
      const jump = Math.abs(near - nearness[place + right / 3]!) + Math.abs(near - nearness[place + left / 3]!) + Math.abs(near - nearness[place + up / 3]!) + Math.abs(near - nearness[place + down / 3]!);
      const { centre, side } = jump > OUTLINE_JUMP ? OUTLINE : LENS;
      for (let channel = 0; channel < 3; channel += 1) {
        const here = source + channel;
        let value: number;
        if (step === 2) value = 0.25 * (light[here]! + light[here + 3]! + light[here + rowLength]! + light[here + rowLength + 3]!);
        else value = centre * light[here]! + side * (light[here + left]! + light[here + right]! + light[here + up]! + light[here + down]!);
        value *= scale;
        let shown = exposure[value >= EXPOSURE_STEPS ? EXPOSURE_STEPS : value | 0]!;
        if (noise !== undefined) shown += brightness + noise.colour * noiseTable[(grain + 7919 * (channel + 1)) & 0xffff]!;
        data[at] = shown <= 0 ? 0 : shown >= 255 ? 255 : shown + 0.5;
        at += 1;
      }
      grain += 1;
    }
  }
  return { width, height, data };
}

/** 1 inside a soft-edged rectangle, 0 outside; for backgrounds out of focus. */
export const softRectangle = (x: number, y: number, [left, top, right, bottom]: readonly [number, number, number, number], blur: number): number =>
  smoothStep(left - blur, left + blur, x) * smoothStep(right + blur, right - blur, x) * smoothStep(top - blur, top + blur, y) * smoothStep(bottom + blur, bottom - blur, y);
