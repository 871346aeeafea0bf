import { NOISE_LENGTH, noiseTable } from '../citizens/canvas.ts';
import type { PrintPose } from '../citizens/present-print.ts';
import type { RgbImage } from '../citizens/rgb-image.ts';
import { seededRandom } from '../citizens/seeded-random.ts';

const FRAME = { width: 480, height: 640 } as const;
/** Distance of the camera, and radius of the cylinder, in heights of the print. */
const DISTANCE = 2.2;
const RADIUS = 0.42;
const NOISE = 2.6;
const TABLE = [148, 143, 136] as const;

/** A frame that shows a print bent round an upright cylinder, turned by `yawDeg` about its axis; tilts are not made. */
export function bendPrint(print: RgbImage, pose: PrintPose): RgbImage {
  const { width, height } = FRAME;
  const data = new Uint8Array(3 * width * height);
  const random = seededRandom(pose.noiseSeed);
  const yaw = (pose.yawDeg * Math.PI) / 180;
  const scale = pose.size * height;
  const aspect = print.width / print.height;
  // The camera looks along −z from z = DISTANCE; the cylinder's front touches z = 0.
  const axisZ = -RADIUS;
  for (let row = 0; row < height; row++) {
    let grain = Math.floor(random() * NOISE_LENGTH);
    const dy = -(row + 0.5 - height * (0.5 + pose.shiftY)) / (scale * DISTANCE);
    for (let column = 0; column < width; column++, grain++) {
      const dx = (column + 0.5 - width * (0.5 + pose.shiftX)) / (scale * DISTANCE);
      // The ray (t·dx, t·dy, DISTANCE − t) meets x² + (z − axisZ)² = RADIUS².
      const a = dx * dx + 1;
      const b = -2 * (DISTANCE - axisZ);
      const c = (DISTANCE - axisZ) ** 2 - RADIUS ** 2;
      const root = b * b - 4 * a * c;
      let at = -1;
      if (root > 0) {
        const t = (-b - Math.sqrt(root)) / (2 * a);
        const along = (Math.atan2(t * dx, DISTANCE - t - axisZ) - yaw) * RADIUS;
        const u = Math.floor((0.5 + along / aspect) * print.width);
        const v = Math.floor((0.5 - t * dy) * print.height);
        if (u >= 0 && v >= 0 && u < print.width && v < print.height) at = 3 * (v * print.width + u);
      }
      const noise = NOISE * noiseTable[grain & 0xffff]!;
      for (let k = 0; k < 3; k++) data[3 * (row * width + column) + k] = Math.max(0, Math.min(255, Math.round((at < 0 ? TABLE[k]! : print.data[at + k]!) + noise)));
    }
  }
  return { width, height, data };
}
