import type { CitizenTraits } from './citizen-traits.ts';
import { bell, clamp, mix, smoothStep } from './curves.ts';
import type { Headwear } from './draw-attire.ts';
import { hairField } from './hair-field.ts';
import { clothColour, clothField, clothShadow } from './head-cloth.ts';
import { type HeadTopology, TEXTURE_SIZE } from './head-topology.ts';
import { LIP_OUTLINE, RIGHT_BROW, RIGHT_EYE } from './landmarks.ts';
import type { TexelMap } from './map-texels.ts';
import { cloudNoise, valueNoise } from './value-noise.ts';

type Point = readonly [number, number];

/** Distance to an open line; where along it (0…1) the nearest point lies goes into `nearest.along`. */
function distanceToLine(line: readonly Point[], x: number, y: number, nearest?: { along: number }): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index + 1 < line.length; index += 1) {
    const from = line[index]!;
    const to = line[index + 1]!;
    const dx = to[0] - from[0];
    const dy = to[1] - from[1];
    const share = clamp(((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy), 0, 1);
    const offX = x - from[0] - share * dx;
    const offY = y - from[1] - share * dy;
    const squared = offX * offX + offY * offY;
    if (squared < least) {
      least = squared;
      if (nearest !== undefined) nearest.along = (index + share) / (line.length - 1);
    }
  }
  return Math.sqrt(least);
}

function insidePolygon(polygon: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  for (let index = 0, previous = polygon.length - 1; index < polygon.length; previous = index, index += 1) {
    const [xi, yi] = polygon[index]!;
    const [xj, yj] = polygon[previous]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

const LAUGH_LINE: readonly Point[] = [[1.65, -1.3], [2.3, -2.2], [2.95, -3.3], [3.15, -4.5]];
/** Where the fold lies between the lid's edge and the mesh's crease. */
const CREASE_SHARE = 0.72;
/** Far outside any cloth or hair. */
const OUTSIDE = -9;
const CLOTH_GLOSS = 0.06;
const FOREHEAD_LINES_Y = [5.9, 6.6, 7.3] as const;

/** Everything lies in the average head's own coordinates (centimetres), so that a painted feature follows the skin it is painted on. */
interface Places {
  readonly brow: readonly Point[];
  readonly upperLid: readonly Point[];
  readonly lowerLid: readonly Point[];
  /** The fold above the upper lid. */
  readonly crease: readonly Point[];
  readonly lips: readonly Point[];
}

function locate({ canonicalSurface: surface, canonicalControl: control, rightEye }: HeadTopology): Places {
  const onSurface = (vertex: number): Point => [-surface[3 * vertex]!, surface[3 * vertex + 1]!];
  return {
    brow: RIGHT_BROW.lower.map((lower, index) => {
      const upper = RIGHT_BROW.upper[index]!;
      return [-(control[3 * lower]! + control[3 * upper]!) / 2, (control[3 * lower + 1]! + control[3 * upper + 1]!) / 2] as const;
    }),
    upperLid: rightEye.upper.map(onSurface),
    lowerLid: rightEye.lower.map(onSurface),
    crease: RIGHT_EYE.crease.map((vertex, index) => {
      const [creaseX, creaseY] = onSurface(vertex);
      const [lidX, lidY] = onSurface(RIGHT_EYE.upper[index]!);
      return [mix(lidX, creaseX, CREASE_SHARE), mix(lidY, creaseY, CREASE_SHARE)] as const;
    }),
    lips: LIP_OUTLINE.map((vertex) => [surface[3 * vertex]!, surface[3 * vertex + 1]!] as const),
  };
}

/** Shading that lies in the skin itself and does not move with the light: hollows, nostrils, folds, wrinkles. */
/** e to the minus `power`; beyond any byte's worth, nothing: most of a face is far from any one hollow. */
const fade = (power: number): number => (power > 38 ? 0 : Math.exp(-power));

function hollows(traits: CitizenTraits, x: number, y: number, ax: number): number {
  let shade = 1;
  shade *= 1 - 0.8 * traits.sockets * fade((ax - 3) ** 2 / 3.2 + (y - 3.35) ** 2 / 1.2);
  shade *= 1 - 0.5 * traits.bags * bell((ax - 3.1) ** 2 / 14 + (y - 1.6) ** 2, 0.16);
  shade *= 1 - 0.26 * fade((ax - 1.15) ** 2 / 0.2 + (y - 3) ** 2 / 1.6);
  shade *= 1 - 0.2 * fade((ax - 1.5) ** 2 / 0.25 + (y + 0.7) ** 2 / 1.2);
  shade *= 1 - 0.88 * fade((ax - 0.72) ** 2 / 0.12 + (y + 1.98) ** 2 / 0.05);
  shade *= 1 - 0.24 * fade((ax - 2.02) ** 2 / 0.05 + (y + 1.35) ** 2 / 0.4);
  shade *= 1 - 0.2 * fade((x * x) / 1.6 + (y + 6.3) ** 2 / 0.14);
  shade *= 1 - 0.1 * fade((x * x) / 0.1 + (y + 2.9) ** 2 / 0.4);
  if (ax > 0.8 && ax < 4.2 && y < -0.4 && y > -5.5) shade *= 1 - 0.36 * traits.folds * bell(distanceToLine(LAUGH_LINE, ax, y) ** 2, 0.08);
  if (traits.wrinkles > 0) {
    if (y > 5) {
      for (const line of FOREHEAD_LINES_Y) {
        const bent = line + 0.14 * Math.sin(1.1 * x + traits.seed) + 0.1 * valueNoise(x, line, traits.seed);
        shade *= 1 - 0.16 * traits.wrinkles * bell((y - bent) ** 2, 0.01) * smoothStep(4.6, 2.2, ax) * (0.6 + 0.4 * valueNoise(0.8 * x, line * 3, traits.seed + 1));
      }
    }
    shade *= 1 - 0.16 * traits.wrinkles * fade((ax - 0.5) ** 2 / 0.012 + (y - 4.9) ** 2 / 0.4);
    if (ax > 4.6 && ax < 6.4) for (const slope of [-0.5, 0, 0.5]) shade *= 1 - 0.14 * traits.wrinkles * bell((y - 2.7 - slope * (ax - 4.7)) ** 2, 0.006) * smoothStep(4.6, 4.9, ax) * smoothStep(6.3, 5.4, ax);
    if (ax > 1.6 && ax < 5 && y > 0.7 && y < 1.9) shade *= 1 - 0.12 * traits.wrinkles * bell((y - 1.25 + 0.05 * (ax - 3.2) ** 2) ** 2, 0.008);
  }
  return shade;
}

/**
 * Paints one person's skin, brows, lips, beard and scalp hair, and the cloth over it: red, green, blue as displayed and gloss, one byte each per texel.
 * Costs some tenths of a second, once per citizen.
 */
export function paintSkin(topology: HeadTopology, texels: TexelMap, traits: CitizenTraits, headwear: Headwear | undefined): Uint8Array {
  const size = TEXTURE_SIZE;
  const places = locate(topology);
  const paint = new Uint8Array(4 * size * size);
  const { seed, skin, hair, lip, brow } = traits;
  const colour = [0, 0, 0];
  const lay = (over: readonly number[], share: number, factor: number) => {
    for (let channel = 0; channel < 3; channel += 1) colour[channel] = mix(colour[channel]!, over[channel]! * factor, share);
  };
  const scalp = skin.map((value, channel) => mix(value, hair[channel]!, 0.55));
  const lipRing = [...places.lips, places.lips[0]!];
  const nearest = { along: 0 };
  const unseen = headwear?.cloth ?? (traits.hairStyle === 'bald' ? skin : hair);
  const curly = traits.hairStyle === 'curly' || traits.hairStyle === 'afro';
  const lash = [0.07, 0.05, 0.05];

  for (let index = 0; index < size * size; index += 1) {
    const x = texels[3 * index]!;
    if (Number.isNaN(x)) {
      for (let channel = 0; channel < 3; channel += 1) paint[4 * index + channel] = Math.round(255 * unseen[channel]!);
      continue;
    }
    const y = texels[3 * index + 1]!;
    const z = texels[3 * index + 2]!;
    const ax = Math.abs(x);
    const [u, v] = [index % size, Math.floor(index / size)];
    let gloss = 0.32;
    const cloth = headwear === undefined ? OUTSIDE : clothField(headwear, x, y, z);
    const inside = cloth > 0 ? OUTSIDE : hairField(traits, x, y, z);
    if (inside < 0.5 && cloth <= 0) {
      const mottle = 1 + 0.05 * cloudNoise(u / 45, v / 45, seed + 9) + 0.03 * cloudNoise(u / 9, v / 9, seed + 3) + 0.025 * valueNoise(u / 2.6, v / 2.6, seed + 77);
      const shade = mottle * hollows(traits, x, y, ax);
      const flush = traits.blush * (Math.exp(-((ax - 4.3) ** 2 + (y + 0.9) ** 2) / 4) + 0.6 * Math.exp(-(x * x + (y + 0.6) ** 2) / 1.2)) * (z > 0 ? 1 : 0);
      const redden = flush + 0.25 * bell((ax - 3.1) ** 2 / 6 + (y - 2.6) ** 2 / 3, 0.5);
      colour[0] = skin[0] * shade * (1 + 0.06 * flush);
      colour[1] = skin[1] * shade * (1 - 0.16 * redden);
      colour[2] = skin[2] * shade * (1 - 0.14 * redden);
      gloss = (0.3 + 0.25 * Math.exp(-(x * x) / 3 - (y - 2) ** 2 / 30)) * (1 - 0.5 * traits.darkness);
      if (traits.freckles > 0 && z > 1) {
        const speck = smoothStep(0.45, 0.8, valueNoise(u / 4.5, v / 4.5, seed + 200)) * smoothStep(5.4, 1.5, Math.hypot(x, y - 0.2));
        lay([skin[0] * 0.72, skin[1] * 0.56, skin[2] * 0.46], 0.6 * traits.freckles * speck, 1);
      }
      if (z > 0) for (const [mx, my, radius] of traits.moles) lay([skin[0] * 0.45, skin[1] * 0.34, skin[2] * 0.3], 0.85 * bell((x - mx) ** 2 + (y - my) ** 2, radius * radius), 1);

      let lipDistance = 9;
      if (ax < 4.6 && y < -2 && y > -8 && z > 0) {
        const distance = distanceToLine(lipRing, x, y);
        lipDistance = insidePolygon(places.lips, x, y) ? -distance : distance;
        const share = smoothStep(0.14, -0.12, lipDistance);
        const light = 1 - 0.22 * bell((y + 4.25) ** 2, 0.03) + 0.1 * Math.exp(-((x * x) / 0.8 + (y + 4.95) ** 2 / 0.06)) + 0.07 * valueNoise(u / 2.2, v / 9, seed + 4);
        lay(lip, share * (0.85 + 0.15 * traits.makeup), light);
        gloss += 0.35 * share;
      }
      if ((traits.beard > 0 || traits.moustache > 0) && y < 3) {
        const strands = 0.62 + 0.38 * valueNoise(u / 1.7, v / 3.4, seed + 55) + 0.2 * cloudNoise(u / 14, v / 14, seed + 56);
        const under = z < 3.2 ? smoothStep(-4.5, -1.5, z) : 1;
        let growth = traits.beard * smoothStep(-2.7, -5.1, y + 0.2 * (6 - ax)) * smoothStep(0.05, 0.4, lipDistance) * (1 - 0.6 * Math.exp(-((x * x) / 3 + (y + 6) ** 2 / 0.4)) * (traits.beard < 0.6 ? 1 : 0.3));
        growth = Math.max(growth, traits.beard * smoothStep(5.3, 6.6, ax) * smoothStep(2, -1, y));
        growth = Math.max(growth * under, traits.moustache * bell((y + 3.05) ** 2, 0.3) * smoothStep(3.1, 2, ax) * smoothStep(0.02, 0.25, lipDistance) * (z > 2 ? 1 : 0));
        lay(hair, clamp(growth * strands, 0, 1) * 0.88, 1.02);
        gloss *= 1 - 0.5 * growth;
      }
      if (y > 3 && y < 7.2 && ax < 7 && z > 0) {
        const lifted = y - 0.35 * brow.arch * (1 - Math.abs(ax - 3.5) / 2.5) - brow.slope * (ax - 3.4) - 0.05;
        const distance = distanceToLine(places.brow, ax - brow.shift, lifted, nearest);
        const { along } = nearest;
        const thickness = brow.thickness * 0.66 * (0.5 + 0.65 * Math.sin(Math.PI * clamp(0.1 + 0.8 * along, 0, 1)));
        const strands = 0.7 + 0.3 * valueNoise(9 * ax + 3 * y, 6 * y - 3 * ax, seed + 66);
        lay(hair, clamp(smoothStep(thickness, 0.4 * thickness, distance) * brow.density * strands, 0, 1), 0.85);
      }
      if (y > 1.4 && y < 4.6 && ax > 1.2 && ax < 5.4) {
        const upper = distanceToLine(places.upperLid, ax, y);
        const lower = distanceToLine(places.lowerLid, ax, y);
        const fold = distanceToLine(places.crease, ax, y);
        lay([skin[0] * 0.6, skin[1] * 0.46, skin[2] * 0.42], 0.5 * traits.lidFold * bell(fold * fold, 0.012), 1);
        if (traits.makeup > 0.3) lay([skin[0] * 0.72, skin[1] * 0.58, skin[2] * 0.56], 0.4 * traits.makeup * bell(upper * upper, 0.35) * (y > 2.8 ? 1 : 0), 1);
        lay(lash, 0.88 * bell(upper * upper, 0.018 + 0.012 * traits.makeup), 1);
        lay([skin[0] * 0.62, skin[1] * 0.42, skin[2] * 0.38], 0.55 * bell(lower * lower, 0.014), 1);
      }
    }
    if (inside > -0.35) {
      const angle = Math.atan2(v - 0.52 * size, u - 0.5 * size);
      const reach = Math.hypot(v - 0.52 * size, u - 0.5 * size) / size;
      const streak = curly
        ? 1 + 0.35 * cloudNoise(u / 7, v / 7, seed + 40) + 0.2 * valueNoise(u / 2.5, v / 2.5, seed + 41)
        : 1 + 0.22 * valueNoise(angle * 46, reach * 9, seed + 40) + 0.16 * valueNoise(angle * 130, reach * 22, seed + 41);
      const fine = 0.5 + 0.5 * valueNoise(angle * 160, reach * 30, seed + 42);
      const share = traits.hairStyle === 'cropped' ? smoothStep(-0.3, 0.5, inside) * (0.72 + 0.2 * fine) : smoothStep(-0.15 - 0.2 * fine, 0.25, inside);
      if (inside >= 0.5) {
        for (let channel = 0; channel < 3; channel += 1) colour[channel] = scalp[channel]!;
        gloss = 0.3;
      }
      lay(hair, share, streak * (1 - 0.15 * smoothStep(2.5, 0, inside)));
      gloss = mix(gloss, curly ? 0.12 : 0.4 * streak, share);
      if ((traits.hairStyle === 'sidePart' || traits.hairStyle === 'long' || traits.hairStyle === 'bob') && y > 6.5 && z > -6) lay(scalp, 0.6 * bell((x - traits.hairline.partX) ** 2, 0.02), 0.95);
    }
    if (headwear !== undefined && cloth > 0) {
      colour.splice(0, 3, ...clothColour(headwear, x, y, z));
      gloss = CLOTH_GLOSS;
    } else if (cloth > -1) for (let channel = 0; channel < 3; channel += 1) colour[channel]! *= clothShadow(cloth);
    const at = 4 * index;
    for (let channel = 0; channel < 3; channel += 1) paint[at + channel] = clamp(Math.round(255 * colour[channel]!), 0, 255);
    paint[at + 3] = clamp(Math.round(255 * gloss), 0, 255);
  }
  return paint;
}
