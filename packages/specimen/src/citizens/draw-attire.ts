import type { Colour } from './colour.ts';
import type { HairStyle } from './hair-style.ts';
import { pick, type SeededRandom, seededRandom } from './seeded-random.ts';

/** Cloth over the hair that leaves the face free. */
export interface Headwear {
  readonly kind: 'headscarf' | 'turban' | 'knitCap';
  readonly cloth: Colour;
  /** Centimetres that the cloth's edge lies higher on the forehead than usual. */
  readonly lift: number;
}

/** Spectacles with clear lenses, centimetres. */
export interface Glasses {
  readonly frame: Colour;
  /** 0 matt … 1 polished metal. */
  readonly gloss: number;
  readonly rimWidth: number;
  readonly halfWidth: number;
  readonly halfHeight: number;
  /** Exponent of the rim's outline: 2 an ellipse, more and more of a rectangle. */
  readonly squareness: number;
}

/** What a person wears on the head, and hair that only the wider population has. */
export interface Attire {
  /** For a reason of faith: never taken off, so in the passport photograph as well. */
  readonly covering: Headwear | undefined;
  /** Against the cold: taken off for the passport photograph. */
  readonly knitCap: Headwear | undefined;
  /** Taken off for the passport photograph, as most states ask. */
  readonly glasses: Glasses | undefined;
  /** Centimetres of a beard below the jaw. */
  readonly beardLength: number;
  readonly hairStyle: HairStyle;
}

/** What of it is on the head on an occasion: before a passport photographer, or at home before a camera. */
export const attireAt = ({ covering, knitCap, glasses }: Pick<Attire, 'covering' | 'knitCap' | 'glasses'>, occasion: 'passportPhotograph' | 'selfie'): { readonly headwear: Headwear | undefined; readonly glasses: Glasses | undefined } =>
  occasion === 'passportPhotograph' ? { headwear: covering, glasses: undefined } : { headwear: covering ?? knitCap, glasses };

/**
 * Seeds from here on are drawn from the wider population. Below it nobody wears anything on the head and everybody looks as
 * before there was attire, so that the cast stays what it was chosen as.
 */
export const WIDER_POPULATION_FROM = 1000;

/** Chances in the made-up population. */
const HEADSCARF_CHANCE = 0.4;
const TURBAN_CHANCE = 0.22;
const KNIT_CAP_CHANCE = 0.3;
const GLASSES_CHANCE = 0.45;
const BALDING_FROM_AGE = 42;

const SCARVES: readonly [Colour, ...Colour[]] = [[0.12, 0.12, 0.14], [0.55, 0.5, 0.46], [0.2, 0.27, 0.42], [0.46, 0.2, 0.26], [0.72, 0.64, 0.55], [0.2, 0.36, 0.33], [0.62, 0.5, 0.58], [0.8, 0.78, 0.74]];
const TURBANS: readonly [Colour, ...Colour[]] = [[0.16, 0.2, 0.38], [0.5, 0.14, 0.13], [0.14, 0.14, 0.15], [0.74, 0.46, 0.14], [0.16, 0.34, 0.26], [0.78, 0.76, 0.72]];
const WOOLS: readonly [Colour, ...Colour[]] = [[0.24, 0.26, 0.3], [0.5, 0.2, 0.18], [0.2, 0.32, 0.42], [0.62, 0.56, 0.46], [0.3, 0.36, 0.24]];
const ACETATE: readonly [Colour, ...Colour[]] = [[0.06, 0.06, 0.07], [0.24, 0.13, 0.07], [0.1, 0.14, 0.26], [0.34, 0.1, 0.12]];
const METAL: readonly [Colour, ...Colour[]] = [[0.55, 0.55, 0.57], [0.62, 0.5, 0.3], [0.16, 0.16, 0.18]];

function drawGlasses(random: SeededRandom): Glasses {
  const thick = random() < 0.5;
  return {
    frame: pick(random, thick ? ACETATE : METAL),
    gloss: thick ? 0.5 : 1,
    rimWidth: thick ? 0.28 + 0.14 * random() : 0.1 + 0.05 * random(),
    halfWidth: 2.1 + 0.35 * random(),
    halfHeight: 1.65 + 0.5 * random(),
    squareness: pick(random, [2, 2.6, 3.4, 5]),
  };
}

/** Draws from a stream of its own, so that what people are otherwise does not depend on what they wear. */
export function drawAttire(o: { readonly seed: number; readonly masculine: boolean; readonly ageYears: number; readonly darkness: number; readonly hairStyle: HairStyle; readonly beard: number }): Attire {
  const { seed, masculine, ageYears, darkness, hairStyle, beard } = o;
  if (seed < WIDER_POPULATION_FROM) return { covering: undefined, knitCap: undefined, glasses: undefined, beardLength: 0, hairStyle };
  const random = seededRandom(Math.imul(seed, 15_485_863) + 101);
  const lift = 0.5 * random();
  const scarf = pick(random, SCARVES);
  const turban = pick(random, TURBANS);
  const wool = pick(random, WOOLS);
  const glasses = drawGlasses(random);
  const [covered, capped, spectacled] = [random(), random(), random()];
  const covering: Headwear | undefined = masculine
    ? beard > 0.3 && covered < TURBAN_CHANCE / 0.4 ? { kind: 'turban', cloth: turban, lift } : undefined
    : covered < HEADSCARF_CHANCE ? { kind: 'headscarf', cloth: scarf, lift } : undefined;
  const hanging = hairStyle === 'bob' || hairStyle === 'long';
  const thinning = masculine && ageYears >= BALDING_FROM_AGE && random() < 0.4;
  const worn = thinning ? 'balding' : hairStyle === 'curly' && darkness > 0.45 && random() < 0.6 ? 'afro' : hairStyle;
  const knitCap: Headwear | undefined = covering === undefined && !hanging && worn !== 'afro' && worn !== 'curly' && capped < KNIT_CAP_CHANCE ? { kind: 'knitCap', cloth: wool, lift } : undefined;
  const full = covering?.kind === 'turban' ? 0.7 : 0.35;
  return { covering, knitCap, glasses: spectacled < GLASSES_CHANCE ? glasses : undefined, beardLength: beard > 0.5 && random() < full ? 0.5 + 1.1 * random() : 0, hairStyle: worn };
}
