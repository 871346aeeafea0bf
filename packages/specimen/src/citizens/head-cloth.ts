import type { Colour } from './colour.ts';
import { mix, smoothStep } from './curves.ts';
import type { Headwear } from './draw-attire.ts';
import { cloudNoise, valueNoise } from './value-noise.ts';

/** The scarf's opening for the face: a rounded shape seen from the front (2 would be an ellipse), and how far back the face reaches. */
const FACE_OPENING = { halfWidth: 6.9, halfHeight: 8.35, y: -1.35, roundness: 2.6, backZ: -0.6 } as const;
/** How high cloth begins before the forehead, and how much lower behind: half of it over the ears. */
const TURBAN_EDGE = { front: 7.1, fall: 4.4 } as const;
const CAP_EDGE = { front: 6.7, fall: 2.2, turnUp: 2.7 } as const;
const HEAD_MIDDLE_Z = -4.4;
const FOLD_CM = 1.35;

const turnOf = (x: number, z: number) => Math.atan2(x, z - HEAD_MIDDLE_Z);

/** Cloth lies where this is positive (about centimetres inside its edge), for a place on the average head. */
export function clothField({ kind, lift }: Headwear, x: number, y: number, z: number): number {
  if (kind === 'headscarf') {
    const raised = y > FACE_OPENING.y ? lift : 0;
    const { roundness } = FACE_OPENING;
    const reach = (Math.abs(x / FACE_OPENING.halfWidth) ** roundness + Math.abs((y - FACE_OPENING.y) / (FACE_OPENING.halfHeight + raised)) ** roundness) ** (1 / roundness);
    return Math.max(7 * (reach - 1), FACE_OPENING.backZ - z);
  }
  const { front, fall } = kind === 'turban' ? TURBAN_EDGE : CAP_EDGE;
  return y - (front + lift - fall * (1 - Math.cos(turnOf(x, z))));
}

/** Where a turban's windings run: they rise to the middle of the forehead. −1…1. */
const winding = (x: number, y: number, z: number): number => Math.sin((2 * Math.PI * (y + 0.5 * Math.abs(turnOf(x, z)) * 2.2)) / FOLD_CM);

/** Centimetres of cloth, and of what is under it, above the scalp. */
export function clothThickness(headwear: Headwear, x: number, y: number, z: number): number {
  const inside = clothField(headwear, x, y, z);
  if (inside <= 0) return 0;
  const edge = smoothStep(0, 0.5, inside);
  if (headwear.kind === 'headscarf') {
    const bun = 1.3 * Math.exp(-(x * x) / 18 - (y - 2) ** 2 / 22) * smoothStep(-7, -11, z);
    return edge * (0.42 + 0.35 * smoothStep(6, 10, y) + bun + 0.07 * Math.sin(1.7 * y + 1.3 * turnOf(x, z) * 4));
  }
  if (headwear.kind === 'turban') return edge * (mix(1, 3.2, smoothStep(0.3, 5, inside)) + 0.2 * winding(x, y, z));
  return edge * (inside < CAP_EDGE.turnUp ? 0.75 : 0.55 + 0.9 * smoothStep(8, 12.5, y));
}

/** The cloth's colour at a place of the average head. */
export function clothColour(headwear: Headwear, x: number, y: number, z: number): Colour {
  const { kind, cloth } = headwear;
  const inside = clothField(headwear, x, y, z);
  const turn = turnOf(x, z);
  let shade = 1 + 0.05 * valueNoise(9 * turn * 8 + 300, 9 * y + 400, 5);
  if (kind === 'headscarf') {
    shade *= 0.95 + 0.1 * cloudNoise(2.2 * turn + 20, 0.35 * y + 20, 7) + 0.05 * Math.sin(1.7 * y + 5.2 * turn);
    shade *= inside < 0.22 ? 0.86 : 1; // the hem
  } else if (kind === 'turban') {
    shade *= 0.86 + 0.16 * winding(x, y, z) + 0.04 * cloudNoise(6 * turn + 20, 0.5 * y + 20, 9);
  } else {
    const ribs = Math.sin(78 * turn);
    shade *= inside < CAP_EDGE.turnUp ? 0.94 + 0.1 * ribs : 0.86 + 0.07 * ribs * Math.sin(9 * y);
    if (Math.abs(inside - CAP_EDGE.turnUp) < 0.14) shade *= 0.7;
  }
  return [cloth[0] * shade, cloth[1] * shade, cloth[2] * shade];
}

/** How much light skin keeps just outside the cloth's edge. */
export const clothShadow = (inside: number): number => 1 - 0.4 * smoothStep(-0.8, 0, inside);
