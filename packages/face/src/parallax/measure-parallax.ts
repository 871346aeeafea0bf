import { type FaceMesh, landmark, pointAt } from '../mesh/landmarks.ts';

/** Points at different depths that expressions hardly move: brow, nose, eye corners, cheekbones, temples, jaw. */
const RIGID = [10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 2, 98, 327, 33, 133, 263, 362, 50, 280, 101, 330, 205, 425, 127, 356, 234, 454, 93, 323, 58, 288, 172, 397];
/** Tip of the nose, and what lies round it on a face without a nose. */
const NOSE = [4, 1, 5];
const AROUND = RIGID.filter((i) => ![168, 6, 197, 195, 5, 4, 1, 2, 98, 327].includes(i));

export interface Parallax {
  /** Root mean square of what the best plane-to-plane mapping leaves unexplained, over the outer eye distance at rest. */
  readonly residual: number;
  /** Face width against height (eye line against eye-to-nose), relative to rest: a flat print turned by θ shows cos θ. */
  readonly foreshortening: number;
  /**
   * How far the nose went to the image's right, over the outer eye distance at rest, beyond where a smoothly bent surface
   * through the rest of the face would have carried it.
   */
  readonly noseShift: number;
}

/**
 * Compares a face with itself at rest. Every view of a flat picture is a homography of every other, whatever it shows; a
 * turned head is not one, since its nose moves against its temples. So the residual tells depth from a flat print. A print
 * bent round something has depth too, but no nose: every smooth surface of second order moves by a polynomial of second
 * order, and a nose goes beyond it.
 * Does not tell a head from a mask, nor from a print that is folded or bulges where the nose is.
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
  return { residual: Math.sqrt(squares / now.length), foreshortening: widthToHeight(turned) / widthToHeight(atRest), noseShift: noseShift(atRest, turned) / unit };
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

function noseShift(atRest: FaceMesh, turned: FaceMesh): number {
  const unit = distance2(atRest, landmark.rightEyeOuter, landmark.leftEyeOuter);
  const [left, top] = pointAt(atRest, landmark.noseBase);
  const terms = (i: number): readonly number[] => {
    const [x, y] = pointAt(atRest, i);
    const [u, v] = [(x - left) / unit, (y - top) / unit];
    return [1, u, v, u * u, u * v, v * v];
  };
  const surface = leastSquares(AROUND.map((i) => [...terms(i), pointAt(turned, i)[0]]));
  const shifts = NOSE.map((i) => pointAt(turned, i)[0] - terms(i).reduce((sum, term, k) => sum + term * surface[k]!, 0));
  return shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length;
}

/** Least-squares homography with h33 = 1. */
function fitHomography(from: readonly (readonly [number, number])[], to: readonly (readonly [number, number])[]): readonly number[] {
  return leastSquares(
    from.flatMap(([x, y], i) => {
      const [u, v] = to[i]!;
      return [
        [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
        [0, 0, 0, x, y, 1, -v * x, -v * y, v],
      ];
    }),
  );
}

/** Each row: factors of the unknowns, then the value. Normal equations, solved by elimination with pivoting. */
function leastSquares(rows: readonly (readonly number[])[]): readonly number[] {
  const unknowns = rows[0]!.length - 1;
  const m = Array.from({ length: unknowns }, () => Array.from({ length: unknowns + 1 }, () => 0));
  for (const row of rows) for (let r = 0; r < unknowns; r++) for (let c = 0; c <= unknowns; c++) m[r]![c]! += row[r]! * row[c]!;
  for (let column = 0; column < unknowns; column++) {
    const pivot = m.reduce((best, row, r) => (r >= column && Math.abs(row[column]!) > Math.abs(m[best]![column]!) ? r : best), column);
    [m[column], m[pivot]] = [m[pivot]!, m[column]!];
    for (let r = 0; r < unknowns; r++) {
      if (r === column) continue;
      const factor = m[r]![column]! / m[column]![column]!;
      for (let c = column; c <= unknowns; c++) m[r]![c]! -= factor * m[column]![c]!;
    }
  }
  return m.map((row, r) => row[unknowns]! / row[r]!);
}
