import { describe, expect, it } from 'vitest';
import { createCanvas } from './canvas.ts';
import type { Glasses } from './draw-attire.ts';
import { drawLens } from './draw-lens.ts';
import { loadCanonicalMesh } from './load-canonical-mesh.ts';
import { makeGlasses } from './make-glasses.ts';
import { createScreenVertices, headRotation } from './stage.ts';

const surface = loadCanonicalMesh().positions;
const fit = (given: Partial<Glasses> = {}) =>
  makeGlasses({
    glasses: { frame: [0.1, 0.1, 0.1], gloss: 0.5, rimWidth: 0.12, halfWidth: 2.3, halfHeight: 1.9, squareness: 2.6, ...given },
    eyes: [[-3.2, 2.6, 3], [3.2, 2.6, 3]],
    ears: [[-7.66, 0.67, -2.44], [7.66, 0.67, -2.44]],
    surface,
  });

describe('glasses', () => {
  it('stand before the skin everywhere, and not far from it', () => {
    for (const rimWidth of [0.1, 0.42]) {
      const { frame: [right, left, bridge] } = fit({ rimWidth });
      for (const { positions } of [right!, left!, bridge!]) {
        let nearest = Number.POSITIVE_INFINITY;
        for (let at = 0; at < positions.length; at += 3) {
          for (let skin = 0; skin < surface.length; skin += 3) {
            if (Math.hypot(surface[skin]! - positions[at]!, surface[skin + 1]! - positions[at + 1]!) < 0.25) nearest = Math.min(nearest, positions[at + 2]! - surface[skin + 2]!);
          }
        }
        expect(nearest).toBeGreaterThan(0);
        expect(nearest).toBeLessThan(2);
      }
    }
  });

  it('keep to their own side of the nose, the temples outside of the head', () => {
    const { frame: [right, left, , rightTemple, leftTemple] } = fit({ halfWidth: 2.5 });
    const xs = ({ positions }: { readonly positions: Float32Array }) => Array.from(positions.filter((_, index) => index % 3 === 0));
    expect(Math.max(...xs(right!))).toBeLessThan(-0.7);
    expect(Math.min(...xs(left!))).toBeGreaterThan(0.7);
    expect(Math.min(...xs(rightTemple!))).toBeLessThan(-7.66);
    expect(Math.max(...xs(leftTemple!))).toBeGreaterThan(7.66);
  });
});

describe('lens', () => {
  const view = { width: 120, height: 160, focal: 1.08, distanceCm: 50, shiftX: 0, shiftY: 0 };
  const draw = (light: number, key: number, yawDeg = 0) => {
    const canvas = createCanvas(view.width, view.height);
    canvas.light.fill(light);
    const { lenses: [, lens] } = fit();
    drawLens({ canvas, lens: lens!, into: createScreenVertices(lens!.positions.length / 3), rotation: headRotation(yawDeg, 0, 0), view, lighting: { ambient: 0, key, direction: [0.42, 0.5, 0.757], screen: [0, 0, 0] } });
    return canvas;
  };

  it('takes a little light and hides nothing', () => {
    const { light, nearness } = draw(0.5, 0);
    expect(new Set(light)).toEqual(new Set([0.5, Math.fround(0.94 * 0.5)]));
    expect(nearness.every((value) => value === 0)).toBe(true);
  });

  it('mirrors the lamp in some places only, and elsewhere when it turns', () => {
    const brightest = (yawDeg: number) => {
      const { light } = draw(0.5, 1, yawDeg);
      const mirroring = light.filter((value) => value > 0.6).length;
      expect(mirroring).toBeGreaterThan(0);
      expect(mirroring).toBeLessThan(light.filter((value) => value !== 0.5).length / 2);
      return light.indexOf(Math.max(...light));
    };
    expect(brightest(0)).not.toBe(brightest(8));
  });
});
