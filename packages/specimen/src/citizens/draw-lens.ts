import type { Canvas } from './canvas.ts';
import { smoothStep } from './curves.ts';
import type { ScreenVertices } from './draw-mesh.ts';
import type { Lens } from './make-glasses.ts';
import type { Place } from './make-sheet.ts';
import { type Lighting, placeVertices, type Rotation, type View } from './stage.ts';

/** Light that glass lets through, and the share of a lamp and of a screen that it mirrors. */
const GLASS = { through: 0.94, lamp: 0.3, screen: 0.3, room: 0.012 } as const;

/** Draws a clear lens over what is behind it. It hides nothing, so it leaves the canvas' nearness as it is. */
export function drawLens(o: { readonly canvas: Canvas; readonly lens: Lens; readonly into: ScreenVertices; readonly rotation: Rotation; readonly view: View; readonly lighting: Lighting }): void {
  const { canvas, lens, into, rotation: r, lighting } = o;
  const { positions, normals, triangles } = lens;
  placeVertices({ positions, normals, follow: undefined, rotation: r, view: o.view, lighting, into });
  const { x, y, nearness } = into;
  const [lx, ly, lz] = lighting.direction;
  const half = Math.hypot(lx, ly, lz + 1);
  const world = (vertex: number, row: number) => r[3 * row]! * normals[3 * vertex]! + r[3 * row + 1]! * normals[3 * vertex + 1]! + r[3 * row + 2]! * normals[3 * vertex + 2]!;
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = [triangles[at]!, triangles[at + 1]!, triangles[at + 2]!];
    const [ax, ay, bx, by, cx, cy] = [x[a]!, y[a]!, x[b]!, y[b]!, x[c]!, y[c]!];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (area === 0) continue;
    const [na, nb, nc] = [a, b, c].map((vertex): Place => [world(vertex, 0), world(vertex, 1), world(vertex, 2)]) as [Place, Place, Place];
    for (let row = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5)); row <= Math.min(canvas.height - 1, Math.floor(Math.max(ay, by, cy) - 0.5)); row += 1) {
      for (let column = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5)); column <= Math.min(canvas.width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5)); column += 1) {
        const wa = ((bx - column - 0.5) * (cy - row - 0.5) - (cx - column - 0.5) * (by - row - 0.5)) / area;
        const wb = ((cx - column - 0.5) * (ay - row - 0.5) - (ax - column - 0.5) * (cy - row - 0.5)) / area;
        const wc = 1 - wa - wb;
        // each pixel once: the edge between two triangles belongs to one of them
        if (wa < 0 || wb < 0 || wc < 0) continue;
        const pixel = row * canvas.width + column;
        if (wa * nearness[a]! + wb * nearness[b]! + wc * nearness[c]! <= canvas.nearness[pixel]!) continue;
        const [nx, ny, nz] = [wa * na[0] + wb * nb[0] + wc * nc[0], wa * na[1] + wb * nb[1] + wc * nc[1], wa * na[2] + wb * nb[2] + wc * nc[2]];
        const length = Math.hypot(nx, ny, nz);
        const lamp = GLASS.lamp * lighting.key * smoothStep(0.992, 0.9992, (nx * lx + ny * ly + nz * (lz + 1)) / half / length);
        const facing = smoothStep(0.995, 0.9995, nz / length);
        for (let channel = 0; channel < 3; channel += 1) {
          canvas.light[3 * pixel + channel] = GLASS.through * canvas.light[3 * pixel + channel]! + lamp + GLASS.room * lighting.ambient + GLASS.screen * lighting.screen[channel]! * facing;
        }
      }
    }
  }
}
