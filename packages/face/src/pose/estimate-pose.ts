import type { FaceMesh } from '../mesh/landmarks.ts';

/** The average face that head pose is measured against, from the models folder. */
export interface CanonicalMesh {
  /** x, y, z per vertex, centimetres; x to the image's right, y up, z towards the camera */
  readonly vertices: readonly number[];
  /** Vertices that hardly move with expressions, with their weights. */
  readonly poseBasis: readonly (readonly [vertex: number, weight: number])[];
}

/**
 * Head pose against the camera. Positive yaw turns the nose to the image's right, which is the person's own left in
 * an unmirrored image; pitch is the nod and roll the tilt towards a shoulder.
 * An average face is the ruler, so each angle carries a bias of a few degrees per person: use differences.
 */
export interface HeadPose {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
}

type Vector = readonly [number, number, number];
const ITERATIONS = 300;

/** Weighted orthogonal Procrustes by Horn's quaternion: the turn that carries the canonical mesh onto the observed one. */
export function estimatePose(mesh: FaceMesh, canonical: CanonicalMesh): HeadPose {
  const basis = canonical.poseBasis.map(([i, weight]) => ({
    weight,
    from: [canonical.vertices[3 * i]!, canonical.vertices[3 * i + 1]!, canonical.vertices[3 * i + 2]!] as Vector,
    // The image's y runs down and the mesh's z away from the camera.
    to: [mesh[3 * i]!, -mesh[3 * i + 1]!, -mesh[3 * i + 2]!] as Vector,
  }));
  const total = basis.reduce((sum, p) => sum + p.weight, 0);
  const mean = (side: 'from' | 'to'): Vector => [0, 1, 2].map((k) => basis.reduce((sum, p) => sum + p.weight * p[side][k]!, 0) / total) as unknown as Vector;
  const meanFrom = mean('from');
  const meanTo = mean('to');
  const s = (a: number, b: number): number => basis.reduce((sum, p) => sum + p.weight * (p.from[a]! - meanFrom[a]!) * (p.to[b]! - meanTo[b]!), 0);
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = [s(0, 0), s(0, 1), s(0, 2), s(1, 0), s(1, 1), s(1, 2), s(2, 0), s(2, 1), s(2, 2)];
  const matrix = [
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, -xx + yy - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, -xx - yy + zz],
  ];
  // The largest eigenvector by power iteration, shifted so that the largest eigenvalue is also the largest by size.
  const shift = Math.max(...matrix.map((row) => row.reduce((sum, v) => sum + Math.abs(v), 0)));
  const q: [number, number, number, number] = [1, 0.1, 0.1, 0.1];
  const next: [number, number, number, number] = [0, 0, 0, 0];
  // Hundreds of turns for every frame: nothing is allocated in them.
  for (let i = 0; i < ITERATIONS; i++) {
    for (let r = 0; r < 4; r++) {
      const row = matrix[r]!;
      next[r] = shift * q[r]! + row[0]! * q[0] + row[1]! * q[1] + row[2]! * q[2] + row[3]! * q[3];
    }
    const length = Math.hypot(next[0], next[1], next[2], next[3]);
    for (let r = 0; r < 4; r++) q[r] = next[r]! / length;
  }
  const [w, x, y, z] = q;
  const degrees = 180 / Math.PI;
  return {
    yawDeg: degrees * Math.atan2(-2 * (x * z - w * y), 1 - 2 * (x * x + y * y)),
    pitchDeg: degrees * Math.asin(Math.max(-1, Math.min(1, 2 * (y * z + w * x)))),
    rollDeg: degrees * Math.atan2(-2 * (x * y - w * z), 1 - 2 * (x * x + z * z)),
  };
}
