import type { Network } from '../engine/network.ts';
import { regionToImage } from '../image/affine.ts';
import { crop } from '../image/crop.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { eyeLineAngle, type FaceMesh, landmark, pointAt } from './landmarks.ts';

const SIDE = 64;
/** The network's crop in units of the eye's width. */
const MARGIN = 2.3;
/** Contour points of the iris network: corners, then pairs of upper and lower lid. */
const CORNERS = [0, 8] as const;
const LIDS = [[4, 12], [3, 11], [5, 13]] as const;

/** How far the eyes are open: lid distance over eye width (the eye aspect ratio), each eye by the iris network. */
export interface EyeOpening {
  readonly right: number;
  readonly left: number;
}

/** The plain mesh hardly sees a blink (−20 %); the iris network's finer contour does. */
export async function measureEyes(network: Network, image: RgbImage, mesh: FaceMesh): Promise<EyeOpening> {
  const angle = eyeLineAngle(mesh);
  const values = 3 * SIDE * SIDE;
  const input = new Float32Array(2 * values);
  const cut = (into: number, outer: number, inner: number, mirrored: boolean): void => {
    const [ox, oy] = pointAt(mesh, outer);
    const [ix, iy] = pointAt(mesh, inner);
    const region = { centreX: (ox + ix) / 2, centreY: (oy + iy) / 2, side: MARGIN * Math.hypot(ox - ix, oy - iy), angle };
    crop(image, regionToImage(region, SIDE, mirrored), SIDE, { factor: 1 / 255, offset: [0, 0, 0], order: 'rgb' }, input.subarray(into, into + values));
  };
  // The network knows right eyes; a left one is shown to it mirrored.
  cut(0, landmark.rightEyeOuter, landmark.rightEyeInner, false);
  cut(values, landmark.leftEyeOuter, landmark.leftEyeInner, true);
  const contours = (await network.run(input, SIDE, 2))['contour']!;
  const opening = (contour: Float32Array): number => {
    const between = ([i, j]: readonly [number, number]): number => Math.hypot(contour[3 * i]! - contour[3 * j]!, contour[3 * i + 1]! - contour[3 * j + 1]!);
    return LIDS.reduce((sum, pair) => sum + between(pair), 0) / LIDS.length / between(CORNERS);
  };
  const half = contours.length / 2;
  return { right: opening(contours.subarray(0, half)), left: opening(contours.subarray(half)) };
}
