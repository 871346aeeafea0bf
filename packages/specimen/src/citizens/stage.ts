import type { ScreenVertices } from './draw-mesh.ts';
import type { Colour } from './colour.ts';

/** The camera and where the head stands before it. */
export interface View {
  readonly width: number;
  readonly height: number;
  /** Focal length in image heights. */
  readonly focal: number;
  /** Camera to the head's middle, centimetres. */
  readonly distanceCm: number;
  /** Where the head's middle stands: shares of the image's width and height from its centre, right and down. */
  readonly shiftX: number;
  readonly shiftY: number;
}

/** The light on the person, linear. */
export interface Lighting {
  readonly ambient: number;
  readonly key: number;
  /** Unit vector towards the main light. */
  readonly direction: Colour;
  /** Light of the screen in front of the person. */
  readonly screen: Colour;
}

/** Row-major rotation of the head. */
export type Rotation = Float64Array;

/** The joint that the head turns about, canonical frame. */
export const NECK_JOINT: Colour = [0, -3, -5.5];
/** What stands in the middle of the image. */
const AIM_Y_CM = -1;

/** Positive yaw turns to the person's left (nose to the image's right), positive pitch looks up, positive roll tilts the crown to the person's right. */
export function headRotation(yawDeg: number, pitchDeg: number, rollDeg: number): Rotation {
  const [yaw, pitch, roll] = [yawDeg, -pitchDeg, rollDeg].map((angle) => (angle * Math.PI) / 180) as [number, number, number];
  const [cy, sy, cp, sp, cr, sr] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch), Math.cos(roll), Math.sin(roll)];
  return Float64Array.of(
    cr * cy - sr * sp * sy, -sr * cp, cr * sy + sr * sp * cy,
    sr * cy + cr * sp * sy, cr * cp, sr * sy - cr * sp * cy,
    -cp * sy, sp, cp * cy,
  );
}

export const createScreenVertices = (count: number): ScreenVertices => ({ x: new Float32Array(count), y: new Float32Array(count), nearness: new Float32Array(count), light: new Float32Array(4 * count) });

/** How skin scatters: red light creeps furthest round an edge. */
const WRAP: Colour = [0.34, 0.2, 0.14];
const GLOSS_POWER_FACTOR = 22;

/**
 * Puts vertices before the camera and lights them. `follow` says how much each vertex goes with the head (1) or stays with the
 * body (0); without it all go with the head.
 */
export function placeVertices(o: {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly follow: Float32Array | undefined;
  readonly rotation: Rotation;
  readonly view: View;
  readonly lighting: Lighting;
  readonly into: ScreenVertices;
}): void {
  const { positions, normals, follow, rotation: r, view, lighting, into } = o;
  const scale = view.focal * view.height;
  const centreX = view.width * (0.5 + view.shiftX);
  const centreY = view.height * (0.5 + view.shiftY);
  const [jx, jy, jz] = NECK_JOINT;
  const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = r as unknown as [number, number, number, number, number, number, number, number, number];
  const [lx, ly, lz] = lighting.direction;
  const half = Math.hypot(lx, ly, lz + 1);
  const [sr, sg, sb] = lighting.screen;
  const { ambient, key } = lighting;
  const screenGloss = 0.12 * (sr + sg + sb);
  const count = into.x.length;
  for (let vertex = 0; vertex < count; vertex += 1) {
    const at = 3 * vertex;
    let px = positions[at]!;
    let py = positions[at + 1]!;
    let pz = positions[at + 2]!;
    let nx = normals[at]!;
    let ny = normals[at + 1]!;
    let nz = normals[at + 2]!;
    const share = follow === undefined ? 1 : follow[vertex]!;
    if (share > 0) {
      const [dx, dy, dz] = [px - jx, py - jy, pz - jz];
      const tx = jx + r0 * dx + r1 * dy + r2 * dz;
      const ty = jy + r3 * dx + r4 * dy + r5 * dz;
      const tz = jz + r6 * dx + r7 * dy + r8 * dz;
      px += share * (tx - px);
      py += share * (ty - py);
      pz += share * (tz - pz);
      const mx = r0 * nx + r1 * ny + r2 * nz;
      const my = r3 * nx + r4 * ny + r5 * nz;
      const mz = r6 * nx + r7 * ny + r8 * nz;
      nx += share * (mx - nx);
      ny += share * (my - ny);
      nz += share * (mz - nz);
    }
    const near = 1 / (view.distanceCm - pz);
    into.x[vertex] = centreX + scale * px * near;
    into.y[vertex] = centreY - scale * (py - AIM_Y_CM) * near;
    into.nearness[vertex] = near;

    const facing = nx * lx + ny * ly + nz * lz;
    const sky = ambient * (0.74 + 0.26 * ny) * (0.82 + 0.18 * nz);
    const front = nz > 0 ? nz : 0;
    const target = 4 * vertex;
    const wrapped0 = (facing + WRAP[0]) / (1 + WRAP[0]);
    const wrapped1 = (facing + WRAP[1]) / (1 + WRAP[1]);
    const wrapped2 = (facing + WRAP[2]) / (1 + WRAP[2]);
    into.light[target] = sky + (wrapped0 > 0 ? key * wrapped0 : 0) + sr * front;
    into.light[target + 1] = sky + (wrapped1 > 0 ? key * wrapped1 : 0) + sg * front;
    into.light[target + 2] = sky + (wrapped2 > 0 ? key * wrapped2 : 0) + sb * front;
    const mirror = (nx * lx + ny * ly + nz * (lz + 1)) / half;
    // (1 + k(m−1))⁴ stands in for a power of the cosine
    const lobe = 1 + (GLOSS_POWER_FACTOR / 4) * (mirror - 1);
    const lobe2 = lobe > 0 ? lobe * lobe : 0;
    const front2 = front * front;
    into.light[target + 3] = 0.3 * key * lobe2 * lobe2 + screenGloss * front2 * front2 * front2;
  }
}

/** Unit normals of a triangle mesh, area-weighted; writes into `normals`. */
export function computeNormals(positions: Float32Array, triangles: ArrayLike<number>, normals: Float32Array): void {
  normals.fill(0);
  for (let at = 0; at < triangles.length; at += 3) {
    const a = 3 * triangles[at]!;
    const b = 3 * triangles[at + 1]!;
    const c = 3 * triangles[at + 2]!;
    const ax = positions[a]!;
    const ay = positions[a + 1]!;
    const az = positions[a + 2]!;
    const ux = positions[b]! - ax;
    const uy = positions[b + 1]! - ay;
    const uz = positions[b + 2]! - az;
    const vx = positions[c]! - ax;
    const vy = positions[c + 1]! - ay;
    const vz = positions[c + 2]! - az;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    normals[a]! += nx;
    normals[a + 1]! += ny;
    normals[a + 2]! += nz;
    normals[b]! += nx;
    normals[b + 1]! += ny;
    normals[b + 2]! += nz;
    normals[c]! += nx;
    normals[c + 1]! += ny;
    normals[c + 2]! += nz;
  }
  for (let at = 0; at < normals.length; at += 3) {
    const length = Math.sqrt(normals[at]! ** 2 + normals[at + 1]! ** 2 + normals[at + 2]! ** 2) || 1;
    normals[at]! /= length;
    normals[at + 1]! /= length;
    normals[at + 2]! /= length;
  }
}
