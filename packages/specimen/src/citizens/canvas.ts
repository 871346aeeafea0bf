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
const EXPOSURE_SCALE = EXPOSURE_STEPS / EXPOSURE_TOP;
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
  const data = new Uint8Array(3 * width * height);
  const random = seededRandom(noise?.seed ?? 0);
  const { brightness: brightnessNoise, colour: colourNoise } = noise ?? { brightness: 0, colour: 0 };
  const columns = canvas.width;
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    const up = y === 0 ? 0 : columns;
    const down = y === height - 1 ? 0 : columns;
    let grain = noise === undefined ? 0 : Math.floor(random() * NOISE_LENGTH);
    let place = y * step * columns;
    for (let x = 0; x < width; x += 1, place += step, grain += 1) {
      const here = 3 * place;
      let red: number;
      let green: number;
      let blue: number;
      if (step === 2) {
        const below = here + 3 * columns;
        red = 0.25 * (light[here]! + light[here + 3]! + light[below]! + light[below + 3]!);
        green = 0.25 * (light[here + 1]! + light[here + 4]! + light[below + 1]! + light[below + 4]!);
        blue = 0.25 * (light[here + 2]! + light[here + 5]! + light[below + 2]! + light[below + 5]!);
      } else {
        const left = x === 0 ? place : place - 1;
        const right = x === width - 1 ? place : place + 1;
        const above = place - up;
        const below = place + down;
        const near = nearness[place]!;
        const outline = Math.abs(near - nearness[right]!) + Math.abs(near - nearness[left]!) + Math.abs(near - nearness[above]!) + Math.abs(near - nearness[below]!) > OUTLINE_JUMP;
        const centre = outline ? OUTLINE.centre : LENS.centre;
        const side = outline ? OUTLINE.side : LENS.side;
        const [l, r, u, d] = [3 * left, 3 * right, 3 * above, 3 * below];
        red = centre * light[here]! + side * (light[l]! + light[r]! + light[u]! + light[d]!);
        green = centre * light[here + 1]! + side * (light[l + 1]! + light[r + 1]! + light[u + 1]! + light[d + 1]!);
        blue = centre * light[here + 2]! + side * (light[l + 2]! + light[r + 2]! + light[u + 2]! + light[d + 2]!);
      }
      red *= EXPOSURE_SCALE;
      green *= EXPOSURE_SCALE;
      blue *= EXPOSURE_SCALE;
      red = exposure[red >= EXPOSURE_STEPS ? EXPOSURE_STEPS : red | 0]!;
      green = exposure[green >= EXPOSURE_STEPS ? EXPOSURE_STEPS : green | 0]!;
      blue = exposure[blue >= EXPOSURE_STEPS ? EXPOSURE_STEPS : blue | 0]!;
      if (noise !== undefined) {
        const brightness = brightnessNoise * noiseTable[grain & 0xffff]!;
        red += brightness + colourNoise * noiseTable[(grain + 7919) & 0xffff]!;
        green += brightness + colourNoise * noiseTable[(grain + 15_838) & 0xffff]!;
        blue += brightness + colourNoise * noiseTable[(grain + 23_757) & 0xffff]!;
      }
      data[at] = red <= 0 ? 0 : red >= 255 ? 255 : red + 0.5;
      data[at + 1] = green <= 0 ? 0 : green >= 255 ? 255 : green + 0.5;
      data[at + 2] = blue <= 0 ? 0 : blue >= 255 ? 255 : blue + 0.5;
      at += 3;
    }
  }
  return { width, height, data };
}

/** 1 inside a soft-edged rectangle, 0 outside; for backgrounds out of focus. */
export const softRectangle = (x: number, y: number, [left, top, right, bottom]: readonly [number, number, number, number], blur: number): number =>
  smoothStep(left - blur, left + blur, x) * smoothStep(right + blur, right - blur, x) * smoothStep(top - blur, top + blur, y) * smoothStep(bottom + blur, bottom - blur, y);
