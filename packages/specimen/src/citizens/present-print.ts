import { NOISE_LENGTH, noiseTable } from './canvas.ts';
import type { RgbImage } from './rgb-image.ts';
import { seededRandom } from './seeded-random.ts';

/** How a flat print is held before the camera. */
export interface PrintPose {
  /** Degrees about the vertical and the horizontal axis. */
  readonly yawDeg: number;
  readonly pitchDeg: number;
  /** Shares of the frame's width and height, from its centre. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** Height of the print as a share of the frame's. */
  readonly size: number;
  readonly noiseSeed: number;
}

const FRAME = { width: 480, height: 640 } as const;
/** Distance of the camera in heights of the print, which sets how strongly a turned print foreshortens. */
const DISTANCE = 2.2;
const NOISE = 2.6;
const TABLE = [148, 143, 136] as const;

/** A frame that shows a flat picture held before a camera: the picture under a homography, on a plain ground, with sensor noise. */
export function presentPrint(print: RgbImage, pose: PrintPose): RgbImage {
  const { width, height } = FRAME;
  const data = new Uint8Array(3 * width * height);
  const random = seededRandom(pose.noiseSeed);
  const [yaw, pitch] = [(pose.yawDeg * Math.PI) / 180, (-pose.pitchDeg * Math.PI) / 180];
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  const scale = pose.size * height;
  const aspect = print.width / print.height;
  const { data: source, width: printWidth, height: printHeight } = print;
  let target = 0;
  for (let row = 0; row < height; row += 1) {
    let grain = Math.floor(random() * NOISE_LENGTH);
    const y = -(row + 0.5 - height * (0.5 + pose.shiftY)) / (scale * DISTANCE);
    for (let column = 0; column < width; column += 1) {
      // the ray through this pixel, met with the turned plane, in heights of the print
      const x = (column + 0.5 - width * (0.5 + pose.shiftX)) / (scale * DISTANCE);
      // plane through the origin spanned by (cy, sp·sy, −cp·sy) and (0, cp, sp); normal (sy, −sp·cy, cp·cy)
      const reach = (cp * cy * DISTANCE) / (cp * cy - sy * x + sp * cy * y);
      const px = reach * x;
      const py = reach * y;
      const pz = DISTANCE - reach;
      const u = (0.5 + (px * cy + py * sp * sy - pz * cp * sy) / aspect) * printWidth;
      const v = (0.5 - (py * cp + pz * sp)) * printHeight;
      const noise = NOISE * noiseTable[grain & 0xffff]!;
      grain += 1;
      const onPrint = u >= 0 && v >= 0 && u < printWidth - 1 && v < printHeight - 1;
      const left = Math.floor(u);
      const top = Math.floor(v);
      const fx = u - left;
      const fy = v - top;
      for (let channel = 0; channel < 3; channel += 1) {
        let value: number = TABLE[channel]!;
        if (onPrint) {
          const at = 3 * (top * printWidth + left) + channel;
          const below = at + 3 * printWidth;
          value = (1 - fy) * ((1 - fx) * source[at]! + fx * source[at + 3]!) + fy * ((1 - fx) * source[below]! + fx * source[below + 3]!);
        }
        data[target] = Math.max(0, Math.min(255, Math.round(value + noise)));
        target += 1;
      }
    }
  }
  return { width, height, data };
}
