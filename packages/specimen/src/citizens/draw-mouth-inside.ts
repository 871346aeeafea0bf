import type { Canvas } from './canvas.ts';
import { drawMesh, type Paint, type ScreenVertices } from './draw-mesh.ts';
import { createScreenVertices, type Lighting, placeVertices, type Rotation, type View } from './stage.ts';

const MOUTH_INSIDE: Paint = { width: 1, height: 1, texels: Uint8Array.of(96, 34, 34, 40) };
/** How far the mouth's lining lies behind the lips, and how it narrows: depth in centimetres, share of the opening. */
const LINING = [[0, 1], [0.8, 1.02], [2.8, 0.85]] as const;
const LINING_LIGHT = [0.5, 0.26, 0.06] as const;

/** The lining behind one mouth, kept between frames. */
export interface MouthLining {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly vertices: ScreenVertices;
  readonly triangles: Uint32Array;
  readonly textureCoordinates: Float32Array;
}

/** Prepares the lining behind a mouth whose border has this many vertices. */
export function prepareMouthLining(ringLength: number): MouthLining {
  const count = LINING.length * ringLength + 1;
  const triangles: number[] = [];
  for (let ring = 0; ring + 1 < LINING.length; ring += 1) {
    for (let index = 0; index < ringLength; index += 1) {
      const next = (index + 1) % ringLength;
      const [a, b, c, d] = [ring * ringLength + index, ring * ringLength + next, (ring + 1) * ringLength + index, (ring + 1) * ringLength + next];
      triangles.push(a, c, b, b, c, d);
    }
  }
  for (let index = 0; index < ringLength; index += 1) triangles.push((LINING.length - 1) * ringLength + index, count - 1, (LINING.length - 1) * ringLength + ((index + 1) % ringLength));
  return { positions: new Float32Array(3 * count), normals: new Float32Array(3 * count), vertices: createScreenVertices(count), triangles: Uint32Array.from(triangles), textureCoordinates: new Float32Array(2 * count) };
}

/** Draws the dark inside of an opened mouth, from the lips' border backwards. */
export function drawMouthInside(o: {
  readonly canvas: Canvas;
  readonly lining: MouthLining;
  /** The lips' border as surface vertices, all the way round. */
  readonly ring: readonly number[];
  readonly surface: Float32Array;
  readonly rotation: Rotation;
  readonly view: View;
  readonly lighting: Lighting;
}): void {
  const { canvas, lining, ring, surface: positions, rotation, view, lighting } = o;
  const centre = [0, 0, 0];
  for (const vertex of ring) for (let axis = 0; axis < 3; axis += 1) centre[axis]! += positions[3 * vertex + axis]! / ring.length;
  LINING.forEach(([depth, share], level) => {
    ring.forEach((vertex, index) => {
      const target = 3 * (level * ring.length + index);
      for (let axis = 0; axis < 3; axis += 1) lining.positions[target + axis] = centre[axis]! + (positions[3 * vertex + axis]! - centre[axis]!) * share - (axis === 2 ? depth : 0);
    });
  });
  lining.positions.set([centre[0]!, centre[1]!, centre[2]! - LINING.at(-1)![0]], lining.positions.length - 3);
  placeVertices({ positions: lining.positions, normals: lining.normals, follow: undefined, rotation, view, lighting, into: lining.vertices });
  const brightness = lighting.ambient + lighting.key;
  for (let vertex = 0; vertex < lining.vertices.x.length; vertex += 1) {
    const level = Math.min(LINING.length - 1, Math.floor(vertex / ring.length));
    lining.vertices.light.fill(brightness * LINING_LIGHT[level]!, 4 * vertex, 4 * vertex + 3);
    lining.vertices.light[4 * vertex + 3] = 0;
  }
  drawMesh(canvas, lining.vertices, { triangles: lining.triangles, textureCoordinates: lining.textureCoordinates, paint: MOUTH_INSIDE, twoSided: true, cutOut: false });
}
