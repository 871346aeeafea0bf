import { type FaceMesh, landmark, pointAt } from '../mesh/landmarks.ts';

/** Points at different depths that expressions hardly move: brow, nose, eye corners, cheekbones, temples, jaw. */
const RIGID = [10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 2, 98, 327, 33, 133, 263, 362, 50, 280, 101, 330, 205, 425, 127, 356, 234, 454, 93, 323, 58, 288, 172, 397];
const UNKNOWNS = 8;

export interface Parallax {
  /** Root mean square of what the best plane-to-plane mapping leaves unexplained, over the outer eye distance at rest. */
  readonly residual: number;
  /** Face width against height (eye line against eye-to-nose), relative to rest: a flat print turned by θ shows cos θ. */
  readonly foreshortening: number;
}

/**
 * Compares a face with itself at rest. Every view of a flat picture is a homography of every other, whatever it shows; a
 * turned head is not one, since its nose moves against its temples. So the residual tells depth from print.
 * Does not tell a head from a bent print or a mask.
 */
export function measureParallax(atRest: FaceMesh, turned: FaceMesh): Parallax {
  const unit = distance2(atRest, landmark.rightEyeOuter, landmark.leftEyeOuter);
  const rest = normalise(atRest, unit);
  const now = normalise(turned, distance2(turned, landmark.rightEyeOuter, landmark.leftEyeOuter));
  const h = fitHomography(now, rest);
  let squares = 0;
  for (const [i, [x, y]] of now.entries()) {
    const w = h[6]! * x + h[7]! * y + 1;
    const [u, v] = rest[i]!;
    squares += ((h[0]! * x + h[1]! * y + h[2]!) / w - u) ** 2 + ((h[3]! * x + h[4]! * y + h[5]!) / w - v) ** 2;
  }
  return { residual: Math.sqrt(squares / now.length), foreshortening: widthToHeight(turned) / widthToHeight(atRest) };
}

const distance2 = (mesh: FaceMesh, i: number, j: number): number => {
  const [p, q] = [pointAt(mesh, i), pointAt(mesh, j)];
  return Math.hypot(p[0] - q[0], p[1] - q[1]);
};

function widthToHeight(mesh: FaceMesh): number {
  const right = pointAt(mesh, landmark.rightEyeOuter);
  const left = pointAt(mesh, landmark.leftEyeOuter);
  const nose = pointAt(mesh, landmark.noseBase);
  const height = Math.hypot((right[0] + left[0]) / 2 - nose[0], (right[1] + left[1]) / 2 - nose[1]);
  return distance2(mesh, landmark.rightEyeOuter, landmark.leftEyeOuter) / height;
}

function normalise(mesh: FaceMesh, unit: number): readonly (readonly [number, number])[] {
  const points = RIGID.map((i) => pointAt(mesh, i));
  const centre = [0, 1].map((k) => points.reduce((sum, p) => sum + p[k]!, 0) / points.length);
  return points.map(([x, y]) => [(x - centre[0]!) / unit, (y - centre[1]!) / unit] as const);
}

/** Least-squares homography with h33 = 1: normal equations, solved by elimination with pivoting. */
function fitHomography(from: readonly (readonly [number, number])[], to: readonly (readonly [number, number])[]): readonly number[] {
  const m = Array.from({ length: UNKNOWNS }, () => Array.from({ length: UNKNOWNS + 1 }, () => 0));
  for (const [i, [x, y]] of from.entries()) {
    const [u, v] = to[i]!;
    for (const row of [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ])
      for (let r = 0; r < UNKNOWNS; r++) for (let c = 0; c <= UNKNOWNS; c++) m[r]![c]! += row[r]! * row[c]!;
  }
  for (let column = 0; column < UNKNOWNS; column++) {
    const pivot = m.reduce((best, row, r) => (r >= column && Math.abs(row[column]!) > Math.abs(m[best]![column]!) ? r : best), column);
    [m[column], m[pivot]] = [m[pivot]!, m[column]!];
    for (let r = 0; r < UNKNOWNS; r++) {
      if (r === column) continue;
      const factor = m[r]![column]! / m[column]![column]!;
      for (let c = column; c <= UNKNOWNS; c++) m[r]![c]! -= factor * m[column]![c]!;
    }
  }
  return m.map((row, r) => row[UNKNOWNS]! / row[r]!);
}
