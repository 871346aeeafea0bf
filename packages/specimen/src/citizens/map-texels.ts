import { type HeadTopology, TEXTURE_SIZE } from './head-topology.ts';

/** Where each texel of a skin texture lies on the average head: canonical x, y, z per texel; NaN in x where no skin is. */
export type TexelMap = Float32Array;

/** Behind this the back of the head joins itself across the sheet; no pose shows it. */
const BACK_OF_HEAD_Z = -12.3;
/** Skin is continued this far over its borders, so that a rounded look-up never falls off. */
const BLEED_TEXELS = 3;

function bleed(map: TexelMap): void {
  const source = Float32Array.from(map);
  const size = TEXTURE_SIZE;
  for (let y = 1; y < size - 1; y += 1) {
    for (let x = 1; x < size - 1; x += 1) {
      const at = 3 * (y * size + x);
      if (!Number.isNaN(source[at]!)) continue;
      for (const neighbour of [at - 3, at + 3, at - 3 * size, at + 3 * size]) {
        if (Number.isNaN(source[neighbour]!)) continue;
        map.set(source.subarray(neighbour, neighbour + 3), at);
        break;
      }
    }
  }
}

/** Draws the average head flat into its own texture. Made once per process. */
export function mapTexels({ surface, textureCoordinates: uv, canonicalSurface: positions }: HeadTopology): TexelMap {
  const size = TEXTURE_SIZE;
  const map: TexelMap = new Float32Array(3 * size * size).fill(Number.NaN);
  const { triangles } = surface;
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = [triangles[at]!, triangles[at + 1]!, triangles[at + 2]!];
    const [ax, ay, bx, by, cx, cy] = [uv[2 * a]!, uv[2 * a + 1]!, uv[2 * b]!, uv[2 * b + 1]!, uv[2 * c]!, uv[2 * c + 1]!];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (area === 0 || Math.max(positions[3 * a + 2]!, positions[3 * b + 2]!, positions[3 * c + 2]!) < BACK_OF_HEAD_Z) continue;
    for (let y = Math.max(0, Math.floor(Math.min(ay, by, cy))); y <= Math.min(size - 1, Math.ceil(Math.max(ay, by, cy))); y += 1) {
      for (let x = Math.max(0, Math.floor(Math.min(ax, bx, cx))); x <= Math.min(size - 1, Math.ceil(Math.max(ax, bx, cx))); x += 1) {
        const [px, py] = [x + 0.5, y + 0.5];
        const wa = ((bx - px) * (cy - py) - (cx - px) * (by - py)) / area;
        const wb = ((cx - px) * (ay - py) - (ax - px) * (cy - py)) / area;
        const wc = 1 - wa - wb;
        if (wa < -0.01 || wb < -0.01 || wc < -0.01) continue;
        const texel = 3 * (y * size + x);
        for (let axis = 0; axis < 3; axis += 1) map[texel + axis] = wa * positions[3 * a + axis]! + wb * positions[3 * b + axis]! + wc * positions[3 * c + axis]!;
      }
    }
  }
  for (let round = 0; round < BLEED_TEXELS; round += 1) bleed(map);
  return map;
}
