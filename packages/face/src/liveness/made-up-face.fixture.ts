import { MESH_POINTS } from '../mesh/landmarks.ts';
import type { FaceObservation } from './frame-observation.ts';

/** A face whose measures are chosen freely: the verifier sees nothing else. */
export interface Look {
  readonly yaw?: number;
  /** Positive looks up. */
  readonly pitch?: number;
  readonly smile?: boolean;
  readonly mouth?: boolean;
  readonly closed?: boolean;
  readonly skin?: FaceObservation['skin'];
}

export const look = (o: Look): FaceObservation => ({
  mesh: domeAt(o.yaw ?? 0),
  pose: { yawDeg: o.yaw ?? 0, pitchDeg: -(o.pitch ?? 0), rollDeg: 0 },
  eyeOpening: o.closed === true ? 0.1 : 0.3,
  mouthOpening: o.mouth === true ? 0.5 : 0.05,
  mouthWidth: o.smile === true ? 0.8 : 0.6,
  quality: 'ok',
  shortfall: 'ok',
  skin: o.skin ?? [0.3, 0.25, 0.2],
});

const domes = new Map<number, Float32Array>();

/** The tip of the nose stands out of the dome. */
const NOSE = new Map([[4, [0, -1.2]], [1, [0, -1.6]], [5, [0, -0.8]]]);
const NOSE_CM = 2;

/** Points strewn over a face-like dome with a nose, turned and seen by a pinhole. */
function domeAt(degrees: number): Float32Array {
  const known = domes.get(degrees);
  if (known !== undefined) return known;
  const mesh = new Float32Array(3 * MESH_POINTS);
  const angle = (degrees * Math.PI) / 180;
  const placed = new Map([[33, [-4.5, 3]], [263, [4.5, 3]], [2, [0, -2]]]);
  for (let i = 0; i < MESH_POINTS; i++) {
    const [x, y] = (NOSE.get(i) ?? placed.get(i) ?? [Math.sin(i * 12.9898) * 7, Math.sin(i * 78.233) * 9]) as [number, number];
    const z = 6 - 0.06 * (x * x + y * y) + (NOSE.has(i) ? NOSE_CM : 0);
    const away = 50 - (z * Math.cos(angle) - x * Math.sin(angle));
    mesh[3 * i] = (600 * (x * Math.cos(angle) + z * Math.sin(angle))) / away;
    mesh[3 * i + 1] = (600 * y) / away;
  }
  domes.set(degrees, mesh);
  return mesh;
}
