import type { Colour } from './colour.ts';
import { mix } from './curves.ts';
import type { Glasses } from './draw-attire.ts';
import { type BodyPart, makeSheet, type Place, shade } from './make-sheet.ts';

/** How much further back the frame stands at its outer ends: it goes round the face. */
const WRAP = 0.036;
/** Free space between the frame and the skin behind it, resting. */
const CLEARANCE_CM = 0.22;
/** Skin within this of a point of the rim pushes it forward. */
const TOUCH_CM = 0.4;
/** Half of the nose that the bridge leaves free. */
const BRIDGE_HALF = 1;
/** Where a lens' curve has its centre behind the lens. */
const LENS_RADIUS = 7;
const RIM_POINTS = 56;
const TUBE_SIDES = 8;

/** A lens in its rim, head frame. */
export interface Lens {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly triangles: Uint32Array;
}

export interface WornGlasses {
  readonly frame: readonly BodyPart[];
  readonly lenses: readonly Lens[];
}

/** A tube along a closed or open path, with an upright oval section. */
function makeTube(o: { readonly path: (share: number) => Place; readonly inward: (share: number) => Place; readonly width: number; readonly depth: number; readonly columns: number; readonly colour: Colour; readonly gloss: number }): BodyPart {
  const [red, green, blue] = o.colour.map((value) => Math.round(255 * value));
  return makeSheet({
    columns: o.columns,
    rows: TUBE_SIDES,
    paint: { width: 1, height: 1, texels: Uint8Array.of(red!, green!, blue!, Math.round(255 * o.gloss)) },
    twoSided: true,
    place: (along, round) => {
      const [x, y, z] = o.path(along);
      const [ix, iy, iz] = o.inward(along);
      const [out, forward] = [-0.5 * o.width * Math.cos(2 * Math.PI * round), 0.5 * o.depth * Math.sin(2 * Math.PI * round)];
      return [x + ix * out, y + iy * out, z + iz * out + forward];
    },
  });
}

/**
 * Fits spectacles to a face.
 * @param o.eyes middles of the right and the left eye
 * @param o.ears where the right and the left ear begin
 * @param o.surface the resting face's surface
 */
export function makeGlasses(o: { readonly glasses: Glasses; readonly eyes: readonly [Place, Place]; readonly ears: readonly [Place, Place]; readonly surface: Float32Array }): WornGlasses {
  const { glasses, eyes, ears, surface } = o;
  const { halfWidth, halfHeight, rimWidth, squareness } = glasses;
  const middleX = (eyes[0][0] + eyes[1][0]) / 2;
  const middleY = (eyes[0][1] + eyes[1][1]) / 2 - 0.15;
  const apart = Math.max((eyes[1][0] - eyes[0][0]) / 2 + 0.1, BRIDGE_HALF + halfWidth);
  /** Around one rim, from its outer end over the top. */
  const around = (side: -1 | 1, share: number, reach = 1): readonly [number, number] => {
    const angle = 2 * Math.PI * share;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const bend = 2 / squareness;
    return [middleX + side * (apart + reach * halfWidth * Math.sign(c) * Math.abs(c) ** bend), middleY + reach * halfHeight * Math.sign(s) * Math.abs(s) ** bend];
  };
  /** The foremost skin within reach of a place, seen from the front. */
  const skinAt = (x: number, y: number) => {
    let foremost = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < surface.length; at += 3) {
      if (Math.hypot(surface[at]! - x, surface[at + 1]! - y) < TOUCH_CM) foremost = Math.max(foremost, surface[at + 2]!);
    }
    return foremost;
  };
  let front = 0;
  for (const side of [-1, 1] as const) {
    for (let point = 0; point < RIM_POINTS; point += 1) {
      const [x, y] = around(side, point / RIM_POINTS);
      front = Math.max(front, skinAt(x, y) + WRAP * (x - middleX) ** 2);
    }
  }
  front += CLEARANCE_CM;
  const depthAt = (x: number) => front - WRAP * (x - middleX) ** 2;
  const depth = 0.14 + 0.5 * rimWidth;
  const colour = shade(glasses.frame, 1);
  const gloss = glasses.gloss;

  const rim = (side: -1 | 1) =>
    makeTube({
      path: (share) => {
        const [x, y] = around(side, share);
        return [x, y, depthAt(x)];
      },
      inward: (share) => {
        const [x, y] = around(side, share);
        const [dx, dy] = [middleX + side * apart - x, middleY - y];
        const length = Math.hypot(dx, dy);
        return [dx / length, dy / length, 0];
      },
      width: rimWidth,
      depth,
      columns: RIM_POINTS,
      colour,
      gloss,
    });
  const bridgeY = middleY + 0.35 * halfHeight;
  const overNose = Math.max(0, skinAt(middleX, bridgeY) + CLEARANCE_CM - front);
  const bridge = makeTube({
    path: (share) => {
      const x = mix(-1, 1, share) * (apart - halfWidth);
      const arch = Math.cos((x / (apart - halfWidth)) * (Math.PI / 2));
      return [middleX + x, bridgeY + 0.22 * arch, depthAt(middleX + x) + overNose * arch];
    },
    inward: () => [0, 1, 0],
    width: Math.max(0.13, 0.9 * rimWidth),
    depth,
    columns: 10,
    colour,
    gloss,
  });
  const temple = (side: -1 | 1) => {
    const [earX, earY, earZ] = ears[side === -1 ? 0 : 1];
    const hingeX = middleX + side * (apart + halfWidth);
    const hingeY = middleY + 0.45 * halfHeight;
    return makeTube({
      path: (share) => [mix(hingeX, earX + 0.35 * side, share ** 0.55), mix(hingeY, earY + 2.1, share), mix(depthAt(hingeX), earZ - 1.6, share)],
      inward: () => [0, 1, 0],
      width: Math.max(0.14, 1.1 * rimWidth),
      depth: 0.12,
      columns: 18,
      colour,
      gloss,
    });
  };
  const lens = (side: -1 | 1): Lens => {
    const points = RIM_POINTS;
    const positions = new Float32Array(3 * (points + 1));
    const normals = new Float32Array(3 * (points + 1));
    const triangles = new Uint32Array(3 * points);
    const [cx, cy] = [middleX + side * apart, middleY];
    for (let point = 0; point <= points; point += 1) {
      const [x, y] = point === points ? [cx, cy] : around(side, point / points);
      positions.set([x, y, depthAt(x)], 3 * point);
      const [nx, ny] = [(x - cx) / LENS_RADIUS + 0.6 * WRAP * (x - middleX), (y - cy) / LENS_RADIUS - 0.05];
      const length = Math.hypot(nx, ny, 1);
      normals.set([nx / length, ny / length, 1 / length], 3 * point);
      if (point < points) triangles.set([point, (point + 1) % points, points], 3 * point);
    }
    return { positions, normals, triangles };
  };
  return { frame: [rim(-1), rim(1), bridge, temple(-1), temple(1)], lenses: [lens(-1), lens(1)] };
}
