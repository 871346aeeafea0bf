import { type Affine, fitSimilarity, type Point, regionToImage } from '../image/affine.ts';
import { type FaceMesh, landmark, pointAt } from '../mesh/landmarks.ts';
import { meshRegion } from '../mesh/mesh-region.ts';
import type { EmbedderManifest } from './embedder-manifest.ts';

/** From the crop that a network was trained on to the image. */
export function alignFace({ alignment, input }: Pick<EmbedderManifest, 'alignment' | 'input'>, mesh: FaceMesh): Affine {
  if (alignment.kind === 'meshRegion') return regionToImage(meshRegion(mesh, alignment.margin, alignment.shiftUp), input.side);
  return fitSimilarity(alignment.points, [
    between(mesh, landmark.rightEyeOuter, landmark.rightEyeInner),
    between(mesh, landmark.leftEyeOuter, landmark.leftEyeInner),
    pointAt(mesh, landmark.noseTip),
    pointAt(mesh, landmark.rightMouthCorner),
    pointAt(mesh, landmark.leftMouthCorner),
  ]);
}

function between(mesh: FaceMesh, i: number, j: number): Point {
  const [[ax, ay], [bx, by]] = [pointAt(mesh, i), pointAt(mesh, j)];
  return [(ax + bx) / 2, (ay + by) / 2];
}
