import { describe, expect, it } from 'vitest';
import type { Headwear } from './draw-attire.ts';
import { clothField, clothThickness } from './head-cloth.ts';
import { LEFT_EYE, LIP_OUTLINE, RIGHT_BROW, RIGHT_EYE } from './landmarks.ts';
import { loadCanonicalMesh } from './load-canonical-mesh.ts';

const { positions } = loadCanonicalMesh();
const place = (vertex: number) => [positions[3 * vertex]!, positions[3 * vertex + 1]!, positions[3 * vertex + 2]!] as const;
const CHIN = 152;
const NOSE_TIP = 4;
/** Between the eyes and on the cheeks: where skin is measured. */
const SKIN = [168, 151, 50, 280, 205, 425];
const FACE = [CHIN, NOSE_TIP, ...SKIN, ...RIGHT_BROW.upper, ...RIGHT_BROW.lower, ...LIP_OUTLINE, ...RIGHT_EYE.upper, ...RIGHT_EYE.lower, ...LEFT_EYE.upper, ...LEFT_EYE.lower];
const worn = (kind: Headwear['kind'], lift: number): Headwear => ({ kind, lift, cloth: [0.5, 0.5, 0.5] });

describe.each(['headscarf', 'turban', 'knitCap'] as const)('%s', (kind) => {
  it('leaves brows, eyes, nose, cheeks, mouth and chin free, however high it sits', () => {
    for (const lift of [0, 0.5]) expect(FACE.filter((vertex) => clothField(worn(kind, lift), ...place(vertex)) >= 0)).toEqual([]);
  });

  it('lies on the crown and the back of the head, thicker than a hem', () => {
    for (const [x, y, z] of [[0, 12, -4.4], [0, 8, -12], [5, 9, -6]] as const) {
      expect(clothField(worn(kind, 0.5), x, y, z)).toBeGreaterThan(0);
      expect(clothThickness(worn(kind, 0.5), x, y, z)).toBeGreaterThan(0.3);
    }
  });

  it('has no thickness outside', () => {
    expect(clothThickness(worn(kind, 0), ...place(NOSE_TIP))).toBe(0);
  });
});
