import type { Colour } from './colour.ts';
import { clamp } from './curves.ts';
import type { Drawable, Paint } from './draw-mesh.ts';
import { computeNormals } from './stage.ts';

/** A part with a fixed shape: where it rests, how it is painted, how far each vertex follows the head. */
export interface BodyPart extends Drawable {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly follow: Float32Array | undefined;
}

export type Place = readonly [x: number, y: number, z: number];

/** A sheet of columns × rows, each point placed and painted by its shares across and down. */
export function makeSheet(o: {
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
  readonly twoSided?: boolean;
  readonly cutOut?: boolean;
  readonly place: (across: number, down: number) => Place;
  readonly follow?: (place: Place) => number;
  readonly texture?: (place: Place) => readonly [number, number];
}): BodyPart {
  const { columns, rows, paint } = o;
  const count = (columns + 1) * (rows + 1);
  const positions = new Float32Array(3 * count);
  const textureCoordinates = new Float32Array(2 * count);
  const follow = o.follow === undefined ? undefined : new Float32Array(count);
  const triangles: number[] = [];
  for (let row = 0; row <= rows; row += 1) {
    for (let column = 0; column <= columns; column += 1) {
      const vertex = row * (columns + 1) + column;
      const place = o.place(column / columns, row / rows);
      positions.set(place, 3 * vertex);
      textureCoordinates.set(o.texture?.(place) ?? [(column / columns) * (paint.width - 1), (row / rows) * (paint.height - 1)], 2 * vertex);
      if (follow !== undefined && o.follow !== undefined) follow[vertex] = o.follow(place);
      if (row < rows && column < columns) triangles.push(vertex, vertex + columns + 1, vertex + 1, vertex + 1, vertex + columns + 1, vertex + columns + 2);
    }
  }
  const normals = new Float32Array(3 * count);
  computeNormals(positions, triangles, normals);
  return { positions, normals, follow, triangles: Uint32Array.from(triangles), textureCoordinates, paint, twoSided: o.twoSided ?? false, cutOut: o.cutOut ?? false };
}

/** Paint whose every texel is computed from its shares across and down. */
export function paintWith(width: number, height: number, colourAt: (u: number, v: number) => { readonly colour: readonly number[]; readonly gloss: number }): Paint {
  const texels = new Uint8Array(4 * width * height);
  for (let v = 0; v < height; v += 1) {
    for (let u = 0; u < width; u += 1) {
      const { colour, gloss } = colourAt(u / (width - 1), v / (height - 1));
      const at = 4 * (v * width + u);
      for (let channel = 0; channel < 3; channel += 1) texels[at + channel] = clamp(Math.round(255 * colour[channel]!), 0, 255);
      texels[at + 3] = clamp(Math.round(255 * gloss), 0, 255);
    }
  }
  return { width, height, texels };
}

/** The same colour, darker or lighter. */
export const shade = (colour: Colour, factor: number): Colour => [colour[0] * factor, colour[1] * factor, colour[2] * factor];
