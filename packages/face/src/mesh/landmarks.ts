import type { Point } from '../image/affine.ts';

/** 468 points of MediaPipe's face mesh: x, y in image pixels, z in the same scale, smaller is nearer. */
export type FaceMesh = Float32Array;

/** Number of points. */
export const MESH_POINTS = 468;

/** Indices of the points that have names here; right and left are the person's own. */
export const landmark = {
  rightEyeOuter: 33,
  rightEyeInner: 133,
  leftEyeInner: 362,
  leftEyeOuter: 263,
  noseBase: 2,
  noseTip: 4,
  upperLip: 13,
  lowerLip: 14,
  rightMouthCorner: 61,
  leftMouthCorner: 291,
} as const;

export const pointAt = (mesh: FaceMesh, index: number): Point => [mesh[3 * index]!, mesh[3 * index + 1]!];

/** Straight distance in all three dimensions, so that a turned head keeps its measures. */
export function distance(mesh: FaceMesh, i: number, j: number): number {
  return Math.hypot(mesh[3 * i]! - mesh[3 * j]!, mesh[3 * i + 1]! - mesh[3 * j + 1]!, mesh[3 * i + 2]! - mesh[3 * j + 2]!);
}

/** Roll of the line through both eyes, radians. */
export function eyeLineAngle(mesh: FaceMesh): number {
  const [rx, ry] = pointAt(mesh, landmark.rightEyeOuter);
  const [lx, ly] = pointAt(mesh, landmark.leftEyeOuter);
  return Math.atan2(ly - ry, lx - rx);
}
