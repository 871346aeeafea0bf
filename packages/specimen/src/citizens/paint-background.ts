import { linearLight, softRectangle } from './canvas.ts';
import type { CitizenTraits } from './citizen-traits.ts';
import type { Colour } from './colour.ts';
import { clamp, mix } from './curves.ts';
import { seededRandom } from './seeded-random.ts';
import { cloudNoise } from './value-noise.ts';

/** How far out of focus a room behind a selfie is, as a share of the image's width. */
const BLUR = 0.022;

/** A plain, evenly lit, light background, as for a passport photograph; linear light. */
export function paintPlainBackground(width: number, height: number): Float32Array {
  const light = new Float32Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const fall = 1 - 0.05 * (Math.floor(pixel / width) / height);
    for (let channel = 0; channel < 3; channel += 1) light[3 * pixel + channel] = fall * linearLight[[221, 224, 227][channel]!]!;
  }
  return light;
}

/** The person's own room, out of focus: a wall and some things on it; linear light. */
export function paintRoom(traits: CitizenTraits, width: number, height: number): Float32Array {
  const random = seededRandom(Math.imul(traits.seed, 104_729) + 7);
  const aspect = height / width;
  const things: { box: readonly [number, number, number, number]; colour: Colour; strength: number }[] = [];
  const add = (box: readonly [number, number, number, number], colour: Colour, strength = 1) => things.push({ box, colour, strength });
  const muted = (): Colour => [0.25 + 0.5 * random(), 0.25 + 0.45 * random(), 0.25 + 0.42 * random()];
  const left = random() < 0.5;
  const kind = random();
  if (kind < 0.34) {
    const x = left ? -0.05 : 0.72;
    add([x, 0.05, x + 0.33, aspect], [0.36, 0.28, 0.21]);
    for (let shelf = 0; shelf < 5; shelf += 1) {
      const y = 0.1 + 0.25 * shelf;
      add([x + 0.02, y, x + 0.31, y + 0.2], [0.2, 0.16, 0.13]);
      for (let at = x + 0.03; at < x + 0.28; ) {
        const thick = 0.02 + 0.03 * random();
        add([at, y + 0.03 + 0.05 * random(), at + thick, y + 0.2], muted(), 0.9);
        at += thick + 0.004;
      }
    }
  } else if (kind < 0.67) {
    const x = left ? -0.1 : 0.7;
    add([x, -0.1, x + 0.42, 0.72], [0.62, 0.6, 0.56]);
    add([x + 0.03, -0.1, x + 0.2, 0.68], [0.93, 0.96, 0.98]);
    add([x + 0.22, -0.1, x + 0.39, 0.68], [0.9, 0.94, 0.97]);
  } else {
    const x = left ? 0.06 : 0.7;
    add([x, 0.16, x + 0.24, 0.52], [0.3, 0.26, 0.22]);
    add([x + 0.02, 0.18, x + 0.22, 0.5], muted());
    add([x + 0.05, 0.3, x + 0.15, 0.48], muted(), 0.7);
    add([left ? 0.78 : -0.06, 0.7, left ? 1.1 : 0.2, aspect], muted(), 0.8);
  }
  const light = new Float32Array(3 * width * height);
  const glow = left ? 1 : -1;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const x = column / width;
      const y = row / width;
      const fall = 0.9 + 0.12 * glow * (0.5 - x) - 0.12 * (y / aspect) + 0.03 * cloudNoise(3 * x + 9, 3 * y + 9, traits.seed);
      let [red, green, blue] = [traits.wall[0] * fall, traits.wall[1] * fall, traits.wall[2] * fall];
      for (const { box, colour, strength } of things) {
        if (x < box[0] - BLUR || x > box[2] + BLUR || y < box[1] - BLUR || y > box[3] + BLUR) continue;
        const share = strength * softRectangle(x, y, box, BLUR);
        red = mix(red, colour[0] * fall, share);
        green = mix(green, colour[1] * fall, share);
        blue = mix(blue, colour[2] * fall, share);
      }
      const at = 3 * (row * width + column);
      [red, green, blue].forEach((value, channel) => {
        light[at + channel] = linearLight[clamp(Math.round(255 * value), 0, 255)]!;
      });
    }
  }
  return light;
}
