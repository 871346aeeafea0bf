import { describe, expect, it } from 'vitest';
import { landmark, MESH_POINTS } from '../mesh/landmarks.ts';
import { alignFace } from './align-face.ts';

const input = { name: 'face', side: 100, channelOrder: 'rgb' as const, factor: 1, offset: [0, 0, 0] as [number, number, number] };

/** A face whose points lie in a crop of 100 pixels, seen turned by 30 degrees, three times as large, somewhere in an image. */
const IN_CROP: Readonly<Record<number, readonly [number, number]>> = {
  [landmark.rightEyeOuter]: [25, 40],
  [landmark.rightEyeInner]: [35, 40],
  [landmark.leftEyeInner]: [65, 40],
  [landmark.leftEyeOuter]: [75, 40],
  [landmark.noseTip]: [50, 60],
  [landmark.rightMouthCorner]: [35, 80],
  [landmark.leftMouthCorner]: [65, 80],
};
const [cos, sin] = [3 * Math.cos(Math.PI / 6), 3 * Math.sin(Math.PI / 6)];
const seen = ([x, y]: readonly [number, number]): [number, number] => [cos * x - sin * y + 200, sin * x + cos * y + 50];
const mesh = new Float32Array(3 * MESH_POINTS);
for (const [i, place] of Object.entries(IN_CROP)) mesh.set(seen(place), 3 * Number(i));

describe('alignFace', () => {
  it('by five points carries the crop onto the face', () => {
    const [a, b, c, d, e, f] = alignFace({ input, alignment: { kind: 'fivePoints', points: [[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]] } }, mesh);
    for (const [x, y] of [[0, 0], [99, 20], [50, 60]] as const) {
      const [u, v] = seen([x, y]);
      expect(a * x + b * y + c).toBeCloseTo(u, 3);
      expect(d * x + e * y + f).toBeCloseTo(v, 3);
    }
  });

  it('by the mesh’s region makes a square of the side asked for', () => {
    const side = (margin: number): number => {
      const [a, , , d] = alignFace({ input, alignment: { kind: 'meshRegion', margin, shiftUp: 0 } }, mesh);
      return Math.hypot(a, d) * input.side;
    };
    expect(side(2) / side(1)).toBeCloseTo(2, 6);
  });
});
