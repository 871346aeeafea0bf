import type { SquareRegion } from '../image/affine.ts';
import { eyeLineAngle, type FaceMesh, MESH_POINTS } from './landmarks.ts';

/**
 * The square around a mesh, upright with the eyes.
 * @param margin the square's side in units of the mesh's larger extent
 * @param shiftUp moves it towards the forehead, in units of the mesh's height
 */
export function meshRegion(mesh: FaceMesh, margin: number, shiftUp = 0): SquareRegion {
  const angle = eyeLineAngle(mesh);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  let [minU, maxU, minV, maxV] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < MESH_POINTS; i++) {
    const u = cos * mesh[3 * i]! + sin * mesh[3 * i + 1]!;
    const v = cos * mesh[3 * i + 1]! - sin * mesh[3 * i]!;
    minU = Math.min(minU, u);
    maxU = Math.max(maxU, u);
    minV = Math.min(minV, v);
    maxV = Math.max(maxV, v);
  }
  const u = (minU + maxU) / 2;
  const v = (minV + maxV) / 2 - shiftUp * (maxV - minV);
  return { centreX: cos * u - sin * v, centreY: sin * u + cos * v, side: margin * Math.max(maxU - minU, maxV - minV), angle };
}
