import type { DetectedFace } from '../detect/detect-faces.ts';
import type { Network } from '../engine/network.ts';
import { regionToImage, type SquareRegion } from '../image/affine.ts';
import { crop } from '../image/crop.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { type FaceMesh, MESH_POINTS } from './landmarks.ts';
import { meshRegion } from './mesh-region.ts';

export interface FittedMesh {
  readonly mesh: FaceMesh;
  /** Probability that the region holds a face, 0–1. */
  readonly presence: number;
}

const SIDE = 192;
/** The network was trained on squares half again as large as the face. */
const MARGIN = 1.5;

/** Fits the 468-point mesh inside a region that should hold one face. */
export async function fitMesh(network: Network, image: RgbImage, region: SquareRegion): Promise<FittedMesh> {
  const toImage = regionToImage(region, SIDE);
  const out = await network.run(crop(image, toImage, SIDE, { factor: 1 / 255, offset: [0, 0, 0], order: 'rgb' }), SIDE);
  const raw = out['mesh']!;
  const [a, b, c, d, e, f] = toImage;
  const depthScale = region.side / SIDE;
  const mesh = new Float32Array(3 * MESH_POINTS);
  for (let i = 0; i < MESH_POINTS; i++) {
    const u = raw[3 * i]! - 0.5;
    const v = raw[3 * i + 1]! - 0.5;
    mesh[3 * i] = a * u + b * v + c;
    mesh[3 * i + 1] = d * u + e * v + f;
    mesh[3 * i + 2] = raw[3 * i + 2]! * depthScale;
  }
  return { mesh, presence: out['presence']![0]! };
}

/** Where to look next, given the mesh of the frame before (or of a first, rough fit). */
export const nextRegion = (mesh: FaceMesh): SquareRegion => meshRegion(mesh, MARGIN);

/** Where to look, given the detector's box. */
export function regionOfDetection(face: DetectedFace): SquareRegion {
  const [right, left] = face.eyes;
  return {
    centreX: (face.left + face.right) / 2,
    centreY: (face.top + face.bottom) / 2,
    side: MARGIN * Math.max(face.right - face.left, face.bottom - face.top),
    angle: Math.atan2(left[1] - right[1], left[0] - right[0]),
  };
}
