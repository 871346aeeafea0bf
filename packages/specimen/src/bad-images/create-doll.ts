import type { CanonicalMesh } from '../citizens/canonical-mesh.ts';
import { LEFT_EYE, LIP_OUTLINE, RIGHT_EYE } from '../citizens/landmarks.ts';
import type { RgbImage } from '../citizens/rgb-image.ts';

type Colour = readonly [number, number, number];
const PLASTIC: Colour = [236, 190, 165];
const LIPS: Colour = [190, 40, 60];
const WHITE: Colour = [250, 250, 250];
const IRIS: Colour = [40, 90, 190];
const WALL: Colour = [120, 140, 150];
const LIGHT = [0.3, 0.5, 0.81] as const;
/** Height of the face (about 18 cm in the mesh) as a share of the picture's. */
const SHARE = 0.5;

/**
 * A doll's head: the average face in one colour and flat shading, with painted lips and eyes that never close. It can
 * be turned and nodded, as by a hand behind it.
 * @returns renders it; the angles as a citizen's
 */
export function createDoll(mesh: CanonicalMesh): (o: { readonly width: number; readonly height: number; readonly yawDeg: number; readonly pitchDeg: number }) => RgbImage {
  const { positions, triangles } = mesh;
  const lips = new Set<number>(LIP_OUTLINE);
  return ({ width, height, yawDeg, pitchDeg }) => {
    const data = new Uint8Array(3 * width * height);
    for (let at = 0; at < data.length; at += 3) data.set(WALL, at);
    const scale = (SHARE * height) / 18;
    const [cy, sy, cp, sp] = [yawDeg, -pitchDeg].flatMap((degrees) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]) as [number, number, number, number];
    const turned = (vertex: number): readonly [number, number, number] => {
      const [x, y, z] = positions.subarray(3 * vertex, 3 * vertex + 3) as unknown as [number, number, number];
      const deep = -x * sy + z * cy;
      return [x * cy + z * sy, y * cp - deep * sp, y * sp + deep * cp];
    };
    const placed = Array.from({ length: positions.length / 3 }, (_, vertex) => turned(vertex));
    const onPicture = ([x, y]: readonly [number, number, number]): readonly [number, number] => [width / 2 + x * scale, height / 2 - y * scale];
    const fill = (corners: readonly (readonly [number, number])[], colour: Colour): void => {
      const [[ax, ay], [bx, by], [cx, cy2]] = corners as [readonly [number, number], readonly [number, number], readonly [number, number]];
      const area = (bx - ax) * (cy2 - ay) - (cx - ax) * (by - ay);
      if (area === 0) return;
      for (let y = Math.max(0, Math.floor(Math.min(ay, by, cy2))); y <= Math.min(height - 1, Math.max(ay, by, cy2)); y++)
        for (let x = Math.max(0, Math.floor(Math.min(ax, bx, cx))); x <= Math.min(width - 1, Math.max(ax, bx, cx)); x++) {
          const wb = ((x - ax) * (cy2 - ay) - (cx - ax) * (y - ay)) / area;
          const wc = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area;
          if (wb >= 0 && wc >= 0 && wb + wc <= 1) data.set(colour, 3 * (y * width + x));
        }
    };
    const faces = Array.from({ length: triangles.length / 3 }, (_, i) => [triangles[3 * i]!, triangles[3 * i + 1]!, triangles[3 * i + 2]!] as const);
    const depth = (face: (typeof faces)[number]): number => face.reduce((sum, vertex) => sum + placed[vertex]![2], 0);
    for (const face of faces.toSorted((one, other) => depth(one) - depth(other))) {
      const [a, b, c] = face.map((vertex) => placed[vertex]!) as [readonly [number, number, number], readonly [number, number, number], readonly [number, number, number]];
      const [u, v] = [b, c].map((corner) => corner.map((value, axis) => value - a[axis]!)) as [number[], number[]];
      const normal = [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!];
      const facing = normal.reduce((sum, value, axis) => sum + value * LIGHT[axis]!, 0) / Math.hypot(...normal);
      const shade = 0.45 + 0.55 * Math.max(0, facing);
      fill([a, b, c].map(onPicture), (face.every((vertex) => lips.has(vertex)) ? LIPS : PLASTIC).map((value) => value * shade) as unknown as Colour);
    }
    for (const eye of [RIGHT_EYE, LEFT_EYE]) {
      const middle = onPicture([0, 1, 2].map((axis) => (placed[eye.outer]![axis]! + placed[eye.inner]![axis]!) / 2) as unknown as readonly [number, number, number]);
      for (const [radius, colour] of [[0.95, WHITE], [0.55, IRIS], [0.25, [10, 10, 10]]] as const)
        for (let y = -radius * scale; y <= radius * scale; y++)
          for (let x = -radius * scale; x <= radius * scale; x++) {
            const [px, py] = [Math.round(middle[0] + x), Math.round(middle[1] + y)];
            if (Math.hypot(x, y * 1.3) <= radius * scale && px >= 0 && py >= 0 && px < width && py < height) data.set(colour, 3 * (py * width + px));
          }
    }
    return { width, height, data };
  };
}
