import type { CitizenTraits, Colour } from './citizen-traits.ts';
import { clamp, mix, smoothStep } from './curves.ts';
import type { Drawable, Paint } from './draw-mesh.ts';
import { computeNormals } from './stage.ts';
import { cloudNoise, valueNoise } from './value-noise.ts';

/** A part with a fixed shape: where it rests, how it is painted, how far each vertex follows the head. */
export interface BodyPart extends Drawable {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly follow: Float32Array | undefined;
}

type Place = readonly [x: number, y: number, z: number];

/** A sheet of columns × rows, each point placed and painted by its shares across and down. */
function sheet(o: {
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

function paintWith(width: number, height: number, colourAt: (u: number, v: number) => { readonly colour: readonly number[]; readonly gloss: number }): Paint {
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

const shade = (colour: Colour, factor: number): Colour => [colour[0] * factor, colour[1] * factor, colour[2] * factor];

/** The neck's top goes with the head, the shoulders stay. */
const neckFollow = ([, y]: Place): number => smoothStep(-16, -8.5, y);

const TORSO = { top: -4, bottom: -40, neckFoot: -12.6, shoulderFall: 6.4, clothTop: -13.6 } as const;
const TORSO_PAINT = { width: 420, height: 300, left: -24, right: 24, top: -4, bottom: -40 } as const;

function paintTorso(traits: CitizenTraits): Paint {
  const { seed, skin, cloth, shirt, tie, clothing } = traits;
  const { width, height, left, right, top, bottom } = TORSO_PAINT;
  return paintWith(width, height, (across, down) => {
    const x = mix(left, right, across);
    const y = mix(top, bottom, down);
    const ax = Math.abs(x);
    const neckline = clothing === 'turtleneck' ? -10.6 : clothing === 'vNeck' ? mix(-19.5, -13.4, clamp(ax / 5.6, 0, 1)) : -14.6 + 0.05 * ax * ax;
    const weave = 1 + 0.05 * cloudNoise(x * 0.5 + 50, y * 0.5 + 90, seed + 5) + 0.06 * valueNoise(x * 9 + 300, y * 9 + 400, seed + 6);
    const drape = 1 + 0.08 * Math.sin(0.9 * x + 0.25 * y + 2 * cloudNoise(0.2 * x + 20, 0.2 * y + 20, seed + 7));
    const underChin = mix(0.5, 0.96, smoothStep(-7.5, -14, y));
    const bare = shade(skin, underChin * (1 - 0.1 * Math.exp(-((ax - 1.1) ** 2) / 0.5 - (y + 14.2) ** 2 / 0.8)) * (1 + 0.03 * cloudNoise(x + 70, y + 70, seed + 8)));
    const openCollar = clothing === 'shirt' || clothing === 'suit';
    if (openCollar) {
      const tieHalf = y > -15.6 ? 0.95 : 0.75 + (-15.6 - y) * 0.075;
      const collarEdge = -11.4 - 0.42 * Math.max(0, 5 - ax) - (clothing === 'suit' ? 0.3 : 1.2) * Math.max(0, 2.4 - ax);
      if (y > collarEdge) return { colour: bare, gloss: 0.25 };
      if (clothing === 'suit') {
        if (ax < tieHalf && y < -14.2) return { colour: shade(tie, weave * (1 + 0.12 * Math.sin(4 * (x + y)))), gloss: 0.3 };
        const lapel = 1.1 + (-13 - y) * -0.42 + 5.6;
        if (ax > Math.max(lapel, 0.9) || y < -27) return { colour: shade(cloth, 0.8 * weave * drape * (Math.abs(ax - lapel - 1.6) < 0.12 && y > -27 ? 0.6 : 1)), gloss: 0.08 };
      }
      const collar = y > collarEdge - 2.3 - 0.35 * Math.max(0, 3 - ax) && ax < 6.5;
      const edge = Math.abs(y - (collarEdge - 2.3 - 0.35 * Math.max(0, 3 - ax))) < 0.16 && ax < 6.5 ? 0.72 : 1;
      const placket = clothing === 'shirt' && Math.abs(ax - 0.9) < 0.09 && !collar ? 0.84 : 1;
      const own = clothing === 'shirt' && seed % 2 === 0 ? cloth : shirt;
      return { colour: shade(own, (collar ? 1.03 : 0.96) * edge * placket * drape * (0.98 + 0.02 * weave)), gloss: 0.08 };
    }
    if (y > neckline) return { colour: bare, gloss: 0.25 };
    const ribs = y > neckline - 0.9 ? (0.84 + 0.08 * Math.sin(14 * x)) * (y > neckline - 0.14 ? 0.7 : 1) : 1;
    return { colour: shade(cloth, weave * drape * ribs), gloss: 0.07 };
  });
}

/** Neck, shoulders and clothes in one skin, so that the neck has no seam. */
export function makeTorso(traits: CitizenTraits): BodyPart {
  const { neckWidth, shoulderWidth } = traits;
  const { left, right, top, bottom, width, height } = TORSO_PAINT;
  return sheet({
    columns: 56,
    rows: 44,
    paint: paintTorso(traits),
    place: (across, down) => {
      const y = mix(TORSO.top, TORSO.bottom, down ** 1.15);
      const fall = clamp((TORSO.neckFoot - y) / TORSO.shoulderFall, 0, 1);
      const spread = fall < 1 ? 1 - Math.sqrt(1 - fall * fall) * (1 - 0.25 * fall) : 1;
      const foot = neckWidth + 0.9 * smoothStep(-9, TORSO.neckFoot, y);
      const half = mix(foot, shoulderWidth, spread) - 0.06 * Math.max(0, -26 - y);
      const depth = mix(neckWidth * 0.98, 8.2, smoothStep(-11, -19, y));
      const angle = (across - 0.5) * 2 * Math.PI;
      const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
      const power = mix(1, 0.82, smoothStep(-12, -18, y));
      const clothed = y < TORSO.clothTop ? 0.3 : 0;
      return [
        Math.sign(sine) * Math.abs(sine) ** power * (half + clothed),
        y,
        mix(-4.6, -6.4, smoothStep(-8, -18, y)) + Math.sign(cosine) * Math.abs(cosine) ** power * (depth + clothed),
      ];
    },
    follow: neckFollow,
    texture: ([x, y]) => [((x - left) / (right - left)) * width, ((y - top) / (bottom - top)) * height],
  });
}

const EAR = { halfHeight: 2.9, halfWidth: 1.55 } as const;

/** One ear; `side` −1 the person's right, 1 the left; `root` where the face's border meets it. */
export function makeEar(traits: CitizenTraits, side: -1 | 1, root: Place): BodyPart {
  const { skin, seed, earSize } = traits;
  const paint = paintWith(48, 48, (across, down) => {
    const [p, q] = [2 * across - 1, 2 * down - 1];
    const reach = Math.hypot(p, q);
    const bowl = Math.exp(-((p + 0.22) ** 2 / 0.09 + (q - 0.12) ** 2 / 0.2));
    const groove = Math.exp(-((reach - 0.68) ** 2) / 0.012) * (q < 0.45 ? 1 : 0);
    const tone = 0.96 - 0.42 * bowl - 0.24 * groove + 0.03 * valueNoise(9 * p + 20, 9 * q + 20, seed);
    return { colour: [skin[0] * tone, skin[1] * tone * 0.93, skin[2] * tone * 0.92], gloss: 0.25 };
  });
  const [rx, ry, rz] = root;
  const ear = sheet({
    columns: 24,
    rows: 8,
    paint,
    twoSided: true,
    place: (across, down) => {
      const angle = across * 2 * Math.PI;
      const lobe = Math.sin(angle) < 0 ? 1 - 0.18 * Math.sin(angle) ** 2 : 1;
      const back = down * Math.cos(angle) * EAR.halfWidth * earSize * lobe;
      const up = down * Math.sin(angle) * EAR.halfHeight * earSize;
      const out = 0.34 * smoothStep(0.62, 0.9, down) - 0.3 * smoothStep(0.5, 0, down) - 0.25 * smoothStep(0.9, 1, down);
      const lean = back + 0.16 * up;
      return [rx + side * (0.12 + 0.42 * (lean + 1.2) + 0.75 * out), ry + up, rz - 0.9 * (lean + 1.1) + 0.35 * out];
    },
  });
  // painted as a flat picture of an ear, whatever the sheet's own order
  ear.textureCoordinates.forEach((_, index) => {
    const vertex = Math.floor(index / 2);
    const across = (vertex % 25) / 24;
    const down = Math.floor(vertex / 25) / 8;
    const angle = across * 2 * Math.PI;
    ear.textureCoordinates[index] = index % 2 === 0 ? (0.5 + 0.5 * down * Math.cos(angle)) * 47 : (0.5 - 0.5 * down * Math.sin(angle)) * 47;
  });
  return ear;
}

const CURTAIN = { topY: 6.5, frontAngle: 1.12, middleZ: -4.6 } as const;
const CURTAIN_BOTTOM_Y = { bob: -9.2, long: -19.5 } as const;

/** Hair that hangs: a sheet from one temple round the back to the other; undefined for styles that do not hang. */
export function makeHangingHair(traits: CitizenTraits): BodyPart | undefined {
  const { hairStyle, hair, seed, skull, hairVolume } = traits;
  if (hairStyle !== 'bob' && hairStyle !== 'long') return undefined;
  const bottom = CURTAIN_BOTTOM_Y[hairStyle] + (seed % 5) * 0.5;
  const wavy = seed % 3 === 0 ? 0.5 : 0.12;
  const paint = paintWith(512, 160, (across, down) => {
    const bend = 0.9 * wavy * Math.sin(9 * down + 3 * valueNoise(across * 6, 1, seed));
    const streak = 1 + 0.3 * valueNoise(across * 70 + bend, down * 3, seed + 60) + 0.22 * valueNoise(across * 190 + 2 * bend, down * 5, seed + 61);
    const end = 0.9 + 0.07 * valueNoise(across * 90, 4, seed + 62) + 0.03 * valueNoise(across * 240, 4, seed + 63);
    const fromFront = Math.min(across, 1 - across) * 2;
    const front = 0.012 + 0.02 * valueNoise(down * 14, across < 0.5 ? 3 : 9, seed + 64) + 0.012 * valueNoise(down * 50, across < 0.5 ? 3 : 9, seed + 65);
    const hole = down > end || fromFront < front;
    return { colour: shade(hair, streak * (0.72 + 0.28 * smoothStep(0, 0.12, fromFront)) * (1 - 0.15 * down)), gloss: hole ? 0 : Math.max(0.02, 0.36 * streak * (1 - 0.5 * down)) };
  });
  return sheet({
    columns: 72,
    rows: 22,
    paint,
    twoSided: true,
    cutOut: true,
    place: (across, down) => {
      const angle = mix(-Math.PI + CURTAIN.frontAngle, Math.PI - CURTAIN.frontAngle, across) + Math.PI;
      const y = mix(CURTAIN.topY, bottom, down);
      const girth = mix(mix(7.3, 8.7, smoothStep(6.5, 1.5, y)), mix(7.9, 9.2, smoothStep(-9, -15, y)), smoothStep(-3, -9, y)) + 0.5 * (hairVolume - 1);
      const ripple = wavy * Math.sin(0.75 * y + 3 * Math.sin(angle)) * smoothStep(3, -4, y) + 0.16 * Math.sin(23 * angle) * smoothStep(3, -6, y);
      const forward = 2.8 * smoothStep(-9, -15, y) + 1.4 * smoothStep(4, -3, y);
      return [Math.sin(angle) * (girth * skull.width + ripple), y, CURTAIN.middleZ + Math.cos(angle) * (girth + 0.9 + ripple) + forward];
    },
    follow: ([, y]) => 0.3 + 0.7 * smoothStep(-16, -6, y),
  });
}

/** One row of teeth behind the lips; the lower row's place is moved with the jaw by the caller. */
export function makeTeeth(row: 'upper' | 'lower', lips: Place): BodyPart {
  const upper = row === 'upper';
  const toothWidth = upper ? 0.72 : 0.56;
  const paint = paintWith(160, 24, (across, down) => {
    const x = (across - 0.5) * 5;
    const within = Math.abs(x / toothWidth - Math.round(x / toothWidth));
    const edge = upper ? down : 1 - down;
    const tone = (0.72 + 0.2 * smoothStep(0.5, 0.34, within)) * (0.8 + 0.2 * smoothStep(1, 0.75, edge)) * (1 - 0.09 * Math.abs(x));
    const gum = smoothStep(0.22, 0.1, edge);
    return { colour: [mix(tone, 0.6 * tone + 0.1, gum), mix(tone * 0.97, 0.3 * tone, gum), mix(tone * 0.9, 0.3 * tone, gum)], gloss: 0.4 };
  });
  const [x0, y0, z0] = lips;
  const [top, bottom] = upper ? [0.42, -0.62] : [0.12, -0.75];
  return sheet({
    columns: 20,
    rows: 2,
    paint,
    twoSided: true,
    place: (across, down) => {
      const side = 2 * across - 1;
      return [x0 + 2.35 * side, y0 + mix(top, bottom, down), z0 - 0.85 - 1.7 * side * side];
    },
  });
}
