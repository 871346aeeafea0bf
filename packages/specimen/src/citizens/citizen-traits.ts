import type { Colour } from './colour.ts';
import { clamp, mix } from './curves.ts';
import { type Attire, drawAttire } from './draw-attire.ts';
import type { HairStyle } from './hair-style.ts';
import { boundedNormal, pick, type SeededRandom, seededRandom } from './seeded-random.ts';

export type Clothing = 'crewNeck' | 'vNeck' | 'shirt' | 'suit' | 'turtleneck';

/** One displacement of the face: where, how far (centimetres), how wide. `twin` mirrors it on the other side. */
interface ShapeMode {
  readonly vertex: number;
  readonly twin?: number;
  readonly spread: readonly [number, number, number];
  readonly radius: number;
}

/** Share of the modes below that a person gets: less and all look alike, more and they are caricatures. */
const SHAPE_SPREAD = 0.88;

/** Standard deviations of how faces differ, place by place. */
const SHAPE_MODES: readonly ShapeMode[] = [
  { vertex: 454, twin: 234, spread: [0.5, 0, 0], radius: 4.6 }, // cheekbone width
  { vertex: 288, twin: 58, spread: [0.75, 0.4, 0.3], radius: 4 }, // jaw angle
  { vertex: 365, twin: 136, spread: [0.5, 0.3, 0], radius: 3.1 }, // jaw line
  { vertex: 378, twin: 149, spread: [0.5, 0, 0], radius: 2.5 }, // chin width
  { vertex: 152, spread: [0, 0.75, 0.55], radius: 3.4 }, // chin
  { vertex: 425, twin: 205, spread: [0.32, 0, 0.5], radius: 2.6 }, // cheek fullness
  { vertex: 330, twin: 101, spread: [0.25, 0.2, 0.5], radius: 2.4 }, // cheekbone
  { vertex: 4, spread: [0, 0.5, 0.7], radius: 2.1 }, // nose tip
  { vertex: 195, spread: [0, 0.2, 0.5], radius: 1.9 }, // nose ridge
  { vertex: 6, spread: [0, 0.15, 0.4], radius: 1.9 }, // nose root
  { vertex: 327, twin: 98, spread: [0.42, 0.28, 0.2], radius: 1.25 }, // nostrils
  { vertex: 358, twin: 129, spread: [0.45, 0.3, 0], radius: 1.3 }, // nose wings
  { vertex: 2, spread: [0, 0.4, 0.2], radius: 1.1 }, // under the nose
  { vertex: 386, twin: 159, spread: [0.32, 0.34, 0], radius: 2.4 }, // eye position
  { vertex: 263, twin: 33, spread: [0.25, 0.32, 0], radius: 1.2 }, // outer corner
  { vertex: 362, twin: 133, spread: [0.2, 0.12, 0], radius: 1 }, // inner corner
  { vertex: 334, twin: 105, spread: [0.2, 0.45, 0.4], radius: 2 }, // brow ridge
  { vertex: 300, twin: 70, spread: [0.2, 0.45, 0], radius: 1.6 }, // outer brow
  { vertex: 336, twin: 107, spread: [0.3, 0.42, 0.25], radius: 1.6 }, // inner brow
  { vertex: 291, twin: 61, spread: [0.45, 0.16, 0], radius: 1.9 }, // mouth width
  { vertex: 0, spread: [0, 0.3, 0.4], radius: 1 }, // upper lip
  { vertex: 17, spread: [0, 0.34, 0.4], radius: 1.1 }, // lower lip
  { vertex: 164, spread: [0, 0.35, 0.25], radius: 1.2 }, // philtrum
  { vertex: 199, spread: [0, 0.3, 0.55], radius: 1.8 }, // below the lips
  { vertex: 151, spread: [0, 0.5, 0.5], radius: 3.2 }, // forehead
  { vertex: 10, spread: [0, 0.7, 0.4], radius: 3.5 }, // hairline height of the bone
];

const SKIN_TONES: readonly [Colour, ...Colour[]] = [
  [0.93, 0.77, 0.68], [0.9, 0.72, 0.61], [0.87, 0.67, 0.55], [0.8, 0.6, 0.47], [0.73, 0.53, 0.4],
  [0.63, 0.44, 0.32], [0.53, 0.36, 0.26], [0.43, 0.29, 0.21], [0.36, 0.24, 0.18], [0.94, 0.8, 0.73],
];
const LIGHT_HAIR: readonly [Colour, ...Colour[]] = [[0.1, 0.07, 0.06], [0.18, 0.12, 0.08], [0.28, 0.18, 0.11], [0.42, 0.28, 0.15], [0.62, 0.47, 0.28], [0.47, 0.22, 0.11]];
const DARK_HAIR: readonly [Colour, ...Colour[]] = [[0.06, 0.05, 0.05], [0.1, 0.07, 0.06], [0.14, 0.1, 0.08]];
const GREY_HAIR: Colour = [0.68, 0.67, 0.66];
const LIGHT_IRISES: readonly [Colour, ...Colour[]] = [[0.33, 0.21, 0.12], [0.25, 0.16, 0.1], [0.38, 0.48, 0.58], [0.36, 0.46, 0.34], [0.42, 0.32, 0.18], [0.3, 0.4, 0.52]];
const DARK_IRISES: readonly [Colour, ...Colour[]] = [[0.2, 0.12, 0.07], [0.27, 0.17, 0.1]];
const CLOTH: readonly [Colour, ...Colour[]] = [[0.17, 0.22, 0.34], [0.45, 0.16, 0.18], [0.3, 0.36, 0.3], [0.62, 0.6, 0.56], [0.14, 0.14, 0.16], [0.34, 0.46, 0.58], [0.7, 0.62, 0.5], [0.4, 0.28, 0.42], [0.16, 0.36, 0.38]];
const SHIRTS: readonly [Colour, ...Colour[]] = [[0.9, 0.91, 0.93], [0.74, 0.82, 0.92], [0.93, 0.88, 0.84]];
const TIES: readonly [Colour, ...Colour[]] = [[0.42, 0.1, 0.14], [0.14, 0.2, 0.42], [0.2, 0.34, 0.28]];
const WALLS: readonly [Colour, ...Colour[]] = [[0.78, 0.76, 0.72], [0.7, 0.74, 0.76], [0.76, 0.72, 0.66], [0.66, 0.7, 0.66], [0.82, 0.8, 0.78]];

/** Chances in the made-up population. */
const GREY_FROM_AGE = 42;
const BEARD_CHANCE = 0.5;
/** Share of a receding hairline from which the head is shaven. */
const BALD_FROM = 0.86;

/** Everything that makes one made-up person look like nobody else. Drawn once from the seed; no real person stands behind it. */
export interface CitizenTraits {
  readonly seed: number;
  readonly ageYears: number;
  /** Signed displacements of the canonical face, one number per coordinate (without the expression). */
  readonly shape: readonly { readonly vertex: number; readonly move: Colour; readonly radius: number }[];
  readonly skull: { readonly width: number; readonly height: number; readonly depth: number };
  readonly skin: Colour;
  /** 0 lightest … 1 darkest. */
  readonly darkness: number;
  readonly hair: Colour;
  readonly hairStyle: HairStyle;
  readonly hairline: { readonly height: number; readonly wave: number; readonly receding: number; readonly partX: number };
  readonly hairVolume: number;
  readonly iris: Colour;
  readonly lip: Colour;
  readonly brow: { readonly thickness: number; readonly density: number; readonly arch: number; readonly slope: number; readonly shift: number };
  /** 0 shaven … 1 full; the moustache apart. */
  readonly beard: number;
  readonly moustache: number;
  readonly freckles: number;
  readonly blush: number;
  readonly wrinkles: number;
  readonly sockets: number;
  readonly bags: number;
  readonly folds: number;
  readonly makeup: number;
  /** Canonical x, y and radius, centimetres. */
  readonly moles: readonly Colour[];
  /** 0 none … 1 deep: the fold above the upper lid. */
  readonly lidFold: number;
  readonly earSize: number;
  readonly neckWidth: number;
  readonly shoulderWidth: number;
  readonly clothing: Clothing;
  readonly cloth: Colour;
  readonly shirt: Colour;
  readonly tie: Colour;
  readonly wall: Colour;
  readonly attire: Omit<Attire, 'hairStyle'>;
}

function drawShape(random: SeededRandom, masculine: boolean): CitizenTraits['shape'] {
  const moves: { vertex: number; move: Colour; radius: number }[] = [];
  const add = (vertex: number, twin: number | undefined, move: Colour, radius: number) => {
    moves.push({ vertex, move, radius });
    if (twin !== undefined) moves.push({ vertex: twin, move: [-move[0], move[1], move[2]], radius });
  };
  for (const { vertex, twin, spread, radius } of SHAPE_MODES) {
    add(vertex, twin, [SHAPE_SPREAD * boundedNormal(random) * spread[0], SHAPE_SPREAD * boundedNormal(random) * spread[1], SHAPE_SPREAD * boundedNormal(random) * spread[2]], radius);
  }
  const opening = 0.1 + 0.13 * boundedNormal(random);
  add(386, 159, [0, opening, 0], 0.9);
  add(374, 145, [0, -0.8 * opening, 0], 0.9);
  const sign = masculine ? 1 : -1;
  add(288, 58, [0.28 * sign, -0.15 * sign, 0], 3.6);
  add(334, 105, [0, -0.16 * sign, 0.16 * sign], 1.8);
  add(152, undefined, [0, -0.3 * sign, 0.12 * sign], 3);
  add(0, undefined, [0, -0.1 * sign, -0.1 * sign], 1);
  add(17, undefined, [0, 0.1 * sign, -0.1 * sign], 1);
  return moves;
}

/** Draws a person. The same seed gives the same person for ever: an added trait must be drawn after all others. */
export function drawCitizenTraits(seed: number): CitizenTraits {
  const random = seededRandom(Math.imul(seed, 7919) + 13);
  const masculine = random() < 0.5;
  const ageYears = Math.round(19 + 53 * random() ** 1.25);
  const shape = drawShape(random, masculine);
  const skull = { width: 1 + 0.03 * boundedNormal(random), height: 1 + 0.035 * boundedNormal(random), depth: 1 + 0.04 * boundedNormal(random) };

  const tone = pick(random, SKIN_TONES);
  const [paler, warmer] = [1 + 0.03 * boundedNormal(random), 0.012 * boundedNormal(random)];
  const skin: Colour = [clamp(tone[0] * (paler + warmer), 0, 1), clamp(tone[1] * paler, 0, 1), clamp(tone[2] * (paler - warmer), 0, 1)];
  const darkness = clamp(1 - (tone[0] - 0.34) / 0.6, 0, 1);
  const natural = darkness > 0.45 ? pick(random, DARK_HAIR) : pick(random, LIGHT_HAIR);
  const grey = clamp((ageYears - GREY_FROM_AGE) / 26 + 0.3 * boundedNormal(random), 0, 1) * (ageYears > GREY_FROM_AGE - 4 ? 0.9 : 0);
  const hair: Colour = [mix(natural[0], GREY_HAIR[0], grey), mix(natural[1], GREY_HAIR[1], grey), mix(natural[2], GREY_HAIR[2], grey)];
  const iris = darkness > 0.4 ? pick(random, DARK_IRISES) : pick(random, LIGHT_IRISES);
  const receding = masculine ? clamp((ageYears - 28) / 40 + 0.45 * boundedNormal(random), 0, 1) : 0;
  const drawnStyle: HairStyle = masculine
    ? receding > BALD_FROM ? 'bald' : pick(random, ['cropped', 'short', 'short', 'sidePart', 'sidePart', 'curly'])
    : pick(random, ['bob', 'long', 'long', 'tied', 'tied', 'curly', 'sidePart']);
  const lipRedness = masculine ? 0.5 : 0.85;
  const makeup = masculine ? 0 : random() < 0.6 ? 0.4 + 0.6 * random() : 0.15;
  const lip: Colour = [skin[0] * mix(0.95, 0.86, lipRedness), skin[1] * mix(0.78, 0.6, lipRedness) * (1 - 0.12 * makeup), skin[2] * mix(0.8, 0.66, lipRedness) * (1 - 0.1 * makeup)];
  const bearded = masculine && random() < BEARD_CHANCE;
  const beard = bearded ? 0.25 + 0.75 * random() : masculine ? 0.1 * random() : 0;
  const { hairStyle, ...attire } = drawAttire({ seed, masculine, ageYears, darkness, hairStyle: drawnStyle, beard });
  return {
    seed,
    ageYears,
    shape,
    skull,
    skin,
    darkness,
    hair,
    hairStyle,
    hairline: { height: 7.5 + 0.9 * random() + 1.2 * receding, wave: 0.3 * boundedNormal(random), receding, partX: (random() < 0.5 ? -1 : 1) * (1.6 + 1.6 * random()) },
    hairVolume: 0.8 + 0.5 * random(),
    iris,
    lip,
    brow: {
      thickness: masculine ? 0.5 + 0.28 * random() : 0.3 + 0.22 * random(),
      density: 0.6 + 0.4 * random(),
      arch: 0.25 * boundedNormal(random) + (masculine ? 0 : 0.2),
      slope: 0.09 * boundedNormal(random),
      shift: 0.2 * boundedNormal(random),
    },
    beard,
    moustache: bearded ? beard * (0.5 + random()) : masculine && random() < 0.08 ? 0.8 : 0.6 * beard,
    freckles: darkness < 0.45 && random() < 0.28 ? 0.3 + 0.7 * random() : 0,
    blush: (masculine ? 0.45 : 0.8) * random(),
    wrinkles: clamp((ageYears - 30) / 36, 0, 1) * (0.6 + 0.5 * random()),
    sockets: 0.1 + 0.2 * random(),
    bags: 0.08 + 0.3 * random() * clamp((ageYears - 20) / 35, 0.15, 1),
    folds: 0.08 + 0.3 * random() * clamp((ageYears - 20) / 35, 0.1, 1),
    makeup,
    moles: Array.from({ length: Math.floor(random() * 3.4) }, () => [(random() * 2 - 1) * 5, random() * 10 - 6, 0.09 + 0.1 * random()] as const),
    lidFold: random(),
    earSize: 0.85 + 0.3 * random(),
    neckWidth: (masculine ? 5.1 : 4.3) + 0.5 * random(),
    shoulderWidth: (masculine ? 21 : 18) + 1.6 * random(),
    clothing: masculine ? pick(random, ['crewNeck', 'shirt', 'suit', 'crewNeck', 'turtleneck']) : pick(random, ['crewNeck', 'vNeck', 'shirt', 'vNeck', 'turtleneck']),
    cloth: pick(random, CLOTH),
    shirt: pick(random, SHIRTS),
    tie: pick(random, TIES),
    wall: pick(random, WALLS),
    attire,
  };
}
