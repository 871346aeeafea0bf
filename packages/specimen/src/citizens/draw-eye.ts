import type { CitizenTraits } from './citizen-traits.ts';
import type { Canvas } from './canvas.ts';
import { clamp, smoothStep } from './curves.ts';
import type { ScreenVertices } from './draw-mesh.ts';
import type { LidChains } from './head-topology.ts';
import type { Lighting, Rotation } from './stage.ts';
import { valueNoise } from './value-noise.ts';

const EYEBALL_RADIUS = 1.42;
const IRIS_RADIUS = 0.6;
const PUPIL_RADIUS = 0.25;
const DISPLAY_GAMMA = 2.2;

/** Where an eyeball sits, head frame. */
export interface EyeSocket {
  readonly lids: LidChains;
  readonly centre: readonly [number, number, number];
}

/** Seats an eyeball behind the resting lids. */
export function seatEyeball(lids: LidChains, neutralSurface: Float32Array): EyeSocket {
  const sum = [0, 0, 0];
  const ring = [...lids.upper, ...lids.lower];
  for (const vertex of ring) for (let axis = 0; axis < 3; axis += 1) sum[axis]! += neutralSurface[3 * vertex + axis]! / ring.length;
  return { lids, centre: [sum[0]!, sum[1]!, sum[2]! - EYEBALL_RADIUS + 0.45] };
}

/**
 * Fills the opening between the lids with what lies behind it: through each pixel a ray is followed to the eyeball, so that the
 * iris keeps its place in the head at any angle and closes with the lids.
 */
export function drawEye(o: {
  readonly canvas: Canvas;
  readonly vertices: ScreenVertices;
  readonly surface: Float32Array;
  readonly socket: EyeSocket;
  readonly traits: CitizenTraits;
  /** The camera's place in the head frame. */
  readonly camera: readonly [number, number, number];
  readonly rotation: Rotation;
  readonly lighting: Lighting;
  /** Degrees; to the person's left, up. */
  readonly gaze: readonly [yawDeg: number, pitchDeg: number];
}): void {
  const { canvas, vertices, surface, socket, traits, camera, rotation, lighting } = o;
  const { upper, lower } = socket.lids;
  const [ex, ey, ez] = socket.centre;
  const [gazeYaw, gazePitch] = [(o.gaze[0] * Math.PI) / 180, (o.gaze[1] * Math.PI) / 180];
  const gx = Math.sin(gazeYaw) * Math.cos(gazePitch);
  const gy = Math.sin(gazePitch);
  const gz = Math.cos(gazeYaw) * Math.cos(gazePitch);
  const [lx, ly, lz] = lighting.direction;
  const half = Math.hypot(lx, ly, lz + 1);
  const turn = (row: number, x: number, y: number, z: number) => rotation[3 * row]! * x + rotation[3 * row + 1]! * y + rotation[3 * row + 2]! * z;

  const shadePixel = (pixel: number, px: number, py: number, pz: number, lid: number, along: number) => {
    let [dx, dy, dz] = [px - camera[0], py - camera[1], pz - camera[2]];
    const length = Math.hypot(dx, dy, dz);
    dx /= length;
    dy /= length;
    dz /= length;
    const [ox, oy, oz] = [camera[0] - ex, camera[1] - ey, camera[2] - ez];
    const b = ox * dx + oy * dy + oz * dz;
    const discriminant = b * b - (ox * ox + oy * oy + oz * oz - EYEBALL_RADIUS * EYEBALL_RADIUS);
    const reach = -b - Math.sqrt(Math.max(0, discriminant));
    const [nx, ny, nz] = [(ox + reach * dx) / EYEBALL_RADIUS, (oy + reach * dy) / EYEBALL_RADIUS, (oz + reach * dz) / EYEBALL_RADIUS];
    const towards = nx * gx + ny * gy + nz * gz;
    const fromAxis = towards > 0 ? EYEBALL_RADIUS * Math.sqrt(Math.max(0, 1 - towards * towards)) : 9;
    let [red, green, blue] = [0.8, 0.77, 0.75];
    const corner = smoothStep(0.86, 1, along);
    red -= 0.06 * corner;
    green -= 0.28 * corner;
    blue -= 0.28 * corner;
    if (fromAxis < IRIS_RADIUS + 0.05) {
      const share = smoothStep(IRIS_RADIUS + 0.05, IRIS_RADIUS - 0.06, fromAxis);
      const fibre = 1 + 0.28 * valueNoise(4 * Math.atan2(ny - gy, nx - gx) + 30, 5 * fromAxis, traits.seed + 8);
      const ring = fromAxis > 0.82 * IRIS_RADIUS ? 0.5 : fromAxis < 1.5 * PUPIL_RADIUS ? 0.85 : 1.1;
      red += share * (traits.iris[0] * fibre * ring - red);
      green += share * (traits.iris[1] * fibre * ring - green);
      blue += share * (traits.iris[2] * fibre * ring - blue);
      const pupil = smoothStep(PUPIL_RADIUS + 0.05, PUPIL_RADIUS - 0.05, fromAxis);
      red *= 1 - 0.95 * pupil;
      green *= 1 - 0.95 * pupil;
      blue *= 1 - 0.95 * pupil;
    }
    const [wx, wy, wz] = [turn(0, nx, ny, nz), turn(1, nx, ny, nz), turn(2, nx, ny, nz)];
    const hollow = (1 - 0.55 * smoothStep(0.6, 1, lid)) * (1 - 0.3 * smoothStep(0.72, 1, 1 - lid)) * (1 - 0.25 * Math.abs(2 * along - 1) ** 3);
    const lit = (0.9 * lighting.ambient + lighting.key * clamp((wx * lx + wy * ly + wz * lz + 0.3) / 1.3, 0, 1)) * hollow;
    const mirror = (wx * lx + wy * ly + wz * (lz + 1)) / half;
    const glint = 0.9 * lighting.key * smoothStep(0.986, 0.995, mirror) * (lid < 0.95 ? 1 : 0);
    const screenGlint = smoothStep(0.992, 0.998, wz) * 0.6;
    const front = Math.max(0, wz) * hollow;
    [red, green, blue].forEach((value, channel) => {
      const screen = lighting.screen[channel]!;
      canvas.light[3 * pixel + channel] = Math.max(0, value) ** DISPLAY_GAMMA * (lit + screen * front) + glint + screen * screenGlint;
    });
  };

  const fill = (a: number, b: number, c: number, lids: readonly [number, number, number], alongs: readonly [number, number, number]) => {
    const { x, y, nearness } = vertices;
    const [ax, ay, bx, by, cx, cy] = [x[a]!, y[a]!, x[b]!, y[b]!, x[c]!, y[c]!];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (area >= 0) return;
    const { width, height } = canvas;
    for (let row = Math.max(0, Math.floor(Math.min(ay, by, cy))); row <= Math.min(height - 1, Math.ceil(Math.max(ay, by, cy))); row += 1) {
      for (let column = Math.max(0, Math.floor(Math.min(ax, bx, cx))); column <= Math.min(width - 1, Math.ceil(Math.max(ax, bx, cx))); column += 1) {
        const [px, py] = [column + 0.5, row + 0.5];
        const wa = ((bx - px) * (cy - py) - (cx - px) * (by - py)) / area;
        const wb = ((cx - px) * (ay - py) - (ax - px) * (cy - py)) / area;
        const wc = 1 - wa - wb;
        if (wa < -1e-4 || wb < -1e-4 || wc < -1e-4) continue;
        const pixel = row * width + column;
        const near = wa * nearness[a]! + wb * nearness[b]! + wc * nearness[c]!;
        if (near <= canvas.nearness[pixel]!) continue;
        canvas.nearness[pixel] = near;
        const at = (axis: number) => wa * surface[3 * a + axis]! + wb * surface[3 * b + axis]! + wc * surface[3 * c + axis]!;
        shadePixel(pixel, at(0), at(1), at(2), wa * lids[0] + wb * lids[1] + wc * lids[2], wa * alongs[0] + wb * alongs[1] + wc * alongs[2]);
      }
    }
  };

  const last = upper.length - 1;
  // the chains run from the outer to the inner corner: for the right eye that is to the image's right, for the left to its left
  const mirrored = vertices.x[upper[0]!]! > vertices.x[upper[last]!]!;
  for (let index = 0; index < last; index += 1) {
    const [u0, u1, l0, l1] = [upper[index]!, upper[index + 1]!, lower[index]!, lower[index + 1]!];
    const [a0, a1] = [index / last, (index + 1) / last];
    if (mirrored) {
      fill(u0, u1, l0, [1, 1, 0], [a0, a1, a0]);
      fill(u1, l1, l0, [1, 0, 0], [a1, a1, a0]);
    } else {
      fill(u0, l0, u1, [1, 0, 1], [a0, a0, a1]);
      fill(u1, l0, l1, [1, 0, 0], [a1, a0, a1]);
    }
  }
}
