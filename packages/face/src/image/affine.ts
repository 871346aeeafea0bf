/** Maps (u, v) to (a·u + b·v + c, d·u + e·v + f). Here: from a crop's pixels to an image's. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export type Point = readonly [x: number, y: number];

/** A square region of an image, turned by `angle` radians around its centre. */
export interface SquareRegion {
  readonly centreX: number;
  readonly centreY: number;
  readonly side: number;
  readonly angle: number;
}

/** From a crop of `side` × `side` pixels to the region. `mirrored` turns the crop left to right. */
export function regionToImage(region: SquareRegion, side: number, mirrored = false): Affine {
  const scale = region.side / side;
  const cos = Math.cos(region.angle) * scale;
  const sin = Math.sin(region.angle) * scale;
  const half = (side - 1) / 2;
  const [a, d] = mirrored ? [-cos, -sin] : [cos, sin];
  return [a, -sin, region.centreX - (a - sin) * half, d, cos, region.centreY - (d + cos) * half];
}

/** The similarity (turn, scale, shift) that carries `from` onto `to` with the least squares. */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Affine {
  const mean = (points: readonly Point[], k: 0 | 1): number => points.reduce((sum, p) => sum + p[k], 0) / points.length;
  const [fx, fy, tx, ty] = [mean(from, 0), mean(from, 1), mean(to, 0), mean(to, 1)];
  let dot = 0;
  let cross = 0;
  let spread = 0;
  for (const [i, p] of from.entries()) {
    const [x, y] = [p[0] - fx, p[1] - fy];
    const [u, v] = [to[i]![0] - tx, to[i]![1] - ty];
    dot += x * u + y * v;
    cross += x * v - y * u;
    spread += x * x + y * y;
  }
  const [a, b] = [dot / spread, cross / spread];
  return [a, -b, tx - a * fx + b * fy, b, a, ty - b * fx - a * fy];
}
