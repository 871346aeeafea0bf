import { CANONICAL_VERTICES } from './canonical-mesh.ts';
import type { CitizenTraits } from './citizen-traits.ts';
import { type HeadTopology, placeShell } from './head-topology.ts';
import { MOUTH } from './landmarks.ts';
import { valueNoise } from './value-noise.ts';

/** Moves smaller than this share of a mode are not felt. */
const NEGLIGIBLE = 0.003;
/** Low waves over the whole face, so that no two people share what no mode reaches. */
const WAVE_CM = 0.16;
const LIP_GAP_CM = 0.015;

/** The control vertices of one person's neutral head: canonical face, displaced by the person's shape, and a skull that fits it. */
export function shapeFace(topology: HeadTopology, traits: CitizenTraits): Float32Array {
  const canonical = topology.canonicalControl;
  const shaped = Float32Array.from(canonical);
  for (const { vertex, move, radius } of traits.shape) {
    const [cx, cy, cz] = [canonical[3 * vertex]!, canonical[3 * vertex + 1]!, canonical[3 * vertex + 2]!];
    for (let at = 0; at < 3 * CANONICAL_VERTICES; at += 3) {
      const dx = canonical[at]! - cx;
      const dy = canonical[at + 1]! - cy;
      const dz = canonical[at + 2]! - cz;
      const weight = Math.exp(-(dx * dx + dy * dy + 0.5 * dz * dz) / (radius * radius));
      if (weight < NEGLIGIBLE) continue;
      shaped[at]! += move[0] * weight;
      shaped[at + 1]! += move[1] * weight;
      shaped[at + 2]! += move[2] * weight;
    }
  }
  const { width, height, depth } = traits.skull;
  const wave = (x: number, y: number, axis: number) => WAVE_CM * valueNoise(0.35 * x + 40, 0.35 * y + 40, traits.seed * 31 + axis);
  for (let at = 0; at < 3 * CANONICAL_VERTICES; at += 3) {
    const [x, y] = [canonical[at]!, canonical[at + 1]!];
    shaped[at] = shaped[at]! * width + wave(x, y, 0);
    shaped[at + 1] = shaped[at + 1]! * height + wave(x, y, 1);
    shaped[at + 2] = shaped[at + 2]! * depth + 1.25 * wave(x, y, 2);
  }
  // the mouth rests closed
  MOUTH.upper.forEach((upper, index) => {
    const lower = MOUTH.lower[index]!;
    const y = (shaped[3 * upper + 1]! + shaped[3 * lower + 1]!) / 2;
    const z = (shaped[3 * upper + 2]! + shaped[3 * lower + 2]!) / 2 + 0.05;
    shaped.set([y + LIP_GAP_CM, z], 3 * upper + 1);
    shaped.set([y - LIP_GAP_CM, z], 3 * lower + 1);
  });
  placeShell(shaped, topology.border, traits.skull);
  return shaped;
}
