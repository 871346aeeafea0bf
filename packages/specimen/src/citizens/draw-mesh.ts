import { type Canvas, linearLight } from './canvas.ts';

/** Vertices as they stand before the camera: pixels, nearness, light that falls on each, and where their paint is. */
export interface ScreenVertices {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly nearness: Float32Array;
  /** Red, green, blue, gloss light per vertex. */
  readonly light: Float32Array;
}

/** Paint: red, green, blue as displayed and gloss per texel. A texel whose gloss is 0 is a hole when `cutOut`. */
export interface Paint {
  readonly width: number;
  readonly height: number;
  readonly texels: Uint8Array;
}

export interface Drawable {
  readonly triangles: ArrayLike<number>;
  /** Texels, two per vertex. */
  readonly textureCoordinates: Float32Array;
  readonly paint: Paint;
  readonly twoSided: boolean;
  readonly cutOut: boolean;
}

/** Draws textured, lit triangles, nearest first by the canvas's nearness. The inner loop of the whole generator. */
export function drawMesh(canvas: Canvas, vertices: ScreenVertices, { triangles, textureCoordinates: uv, paint, twoSided, cutOut }: Drawable): void {
  const { width, height, light: out, nearness: buffer } = canvas;
  const { x, y, nearness, light } = vertices;
  const { texels, width: paintWidth, height: paintHeight } = paint;
  const lastColumn = paintWidth - 1;
  const lastRow = paintHeight - 1;
  for (let at = 0; at < triangles.length; at += 3) {
    const a = triangles[at]!;
    const b = triangles[at + 1]!;
    const c = triangles[at + 2]!;
    const ax = x[a]!;
    const ay = y[a]!;
    const bx = x[b]!;
    const by = y[b]!;
    const cx = x[c]!;
    const cy = y[c]!;
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    // counter-clockwise in the world is negative here, where y runs down
    if (area === 0 || (area > 0 && !twoSided)) continue;
    let left = Math.ceil(Math.min(ax, bx, cx) - 0.5);
    let right = Math.floor(Math.max(ax, bx, cx) - 0.5);
    let top = Math.ceil(Math.min(ay, by, cy) - 0.5);
    let bottom = Math.floor(Math.max(ay, by, cy) - 0.5);
    if (left < 0) left = 0;
    if (top < 0) top = 0;
    if (right >= width) right = width - 1;
    if (bottom >= height) bottom = height - 1;
    if (left > right || top > bottom) continue;
    const inverse = 1 / area;
    const waX = (by - cy) * inverse;
    const waY = (cx - bx) * inverse;
    const wbX = (cy - ay) * inverse;
    const wbY = (ax - cx) * inverse;
    let rowWa = ((bx - left - 0.5) * (cy - top - 0.5) - (cx - left - 0.5) * (by - top - 0.5)) * inverse;
    let rowWb = ((cx - left - 0.5) * (ay - top - 0.5) - (ax - left - 0.5) * (cy - top - 0.5)) * inverse;
    const na = nearness[a]!;
    const nb = nearness[b]!;
    const nc = nearness[c]!;
    const a4 = 4 * a;
    const b4 = 4 * b;
    const c4 = 4 * c;
    const a2 = 2 * a;
    const b2 = 2 * b;
    const c2 = 2 * c;
    for (let row = top; row <= bottom; row += 1, rowWa += waY, rowWb += wbY) {
      let wa = rowWa;
      let wb = rowWb;
      for (let column = left; column <= right; column += 1, wa += waX, wb += wbX) {
        const wc = 1 - wa - wb;
        if (wa < -1e-5 || wb < -1e-5 || wc < -1e-5) continue;
        const near = wa * na + wb * nb + wc * nc;
        const pixel = row * width + column;
        if (near <= buffer[pixel]!) continue;
        let u = (wa * uv[a2]! + wb * uv[b2]! + wc * uv[c2]!) | 0;
        let v = (wa * uv[a2 + 1]! + wb * uv[b2 + 1]! + wc * uv[c2 + 1]!) | 0;
        u = u < 0 ? 0 : u > lastColumn ? lastColumn : u;
        v = v < 0 ? 0 : v > lastRow ? lastRow : v;
        const texel = 4 * (v * paintWidth + u);
        const gloss = texels[texel + 3]!;
        if (cutOut && gloss === 0) continue;
        buffer[pixel] = near;
        const shine = (gloss / 255) * (wa * light[a4 + 3]! + wb * light[b4 + 3]! + wc * light[c4 + 3]!);
        const target = 3 * pixel;
        out[target] = linearLight[texels[texel]!]! * (wa * light[a4]! + wb * light[b4]! + wc * light[c4]!) + shine;
        out[target + 1] = linearLight[texels[texel + 1]!]! * (wa * light[a4 + 1]! + wb * light[b4 + 1]! + wc * light[c4 + 1]!) + shine;
        out[target + 2] = linearLight[texels[texel + 2]!]! * (wa * light[a4 + 2]! + wb * light[b4 + 2]! + wc * light[c4 + 2]!) + shine;
      }
    }
  }
}
