import type { CitizenTraits } from './citizen-traits.ts';
import type { HairStyle } from './hair-style.ts';
import { mix, smoothStep } from './curves.ts';
import { cloudNoise, valueNoise } from './value-noise.ts';

/** Thickness of hair over the scalp, centimetres: at the sides and on top. */
const THICKNESS: Record<HairStyle, { readonly side: number; readonly top: number }> = {
  bald: { side: 0, top: 0 },
  balding: { side: 0.45, top: 0.2 },
  cropped: { side: 0.12, top: 0.3 },
  short: { side: 0.4, top: 1.3 },
  sidePart: { side: 0.55, top: 1.6 },
  curly: { side: 1.2, top: 2.1 },
  afro: { side: 2.6, top: 3.4 },
  bob: { side: 1, top: 1.15 },
  long: { side: 0.9, top: 1.05 },
  tied: { side: 0.3, top: 0.55 },
};

/** Above it a balding head is bare. */
const BALDING_CROWN_Y = 6.4;

/** Hair grows where this is positive (about centimetres inside the hairline), for a place on the average head. */
export function hairField({ hairStyle, hairline, seed }: CitizenTraits, x: number, y: number, z: number): number {
  if (hairStyle === 'bald') return -1;
  const ax = Math.abs(x);
  const { height, wave, receding, partX } = hairline;
  const peak = 0.7 * receding * Math.exp(-((ax - 3.6) ** 2) / 3); // temples recede first
  const fringe = hairStyle === 'sidePart' ? 0.35 * smoothStep(partX * 1.2, -partX * 1.6, x) : hairStyle === 'bob' ? 1.3 : 0;
  const top = y - (height + wave * Math.sin(0.7 * x + partX) + peak - fringe - 0.045 * ax * ax + 0.02 * ax ** 2.4 * receding);
  const sideFront = mix(-1.6, 1.1, smoothStep(0.5, 6, y)); // how far forward, by height
  const bottom = z > -2.4 ? 0.2 : z > -5.6 ? 3.1 : -4.2; // sideburn, above the ear, nape
  const side = Math.min(sideFront - z, y - bottom);
  const ragged = 0.3 * valueNoise(2.2 * x + 60, 2.2 * (y - z) + 60, seed + 31) + 0.12 * valueNoise(7 * x + 60, 7 * (y + z) + 90, seed + 32);
  // a wreath from temple to temple
  if (hairStyle === 'balding') return Math.min(side, BALDING_CROWN_Y - y) + ragged;
  return Math.max(top, side) + ragged;
}

/** Centimetres of hair above the scalp at a place of the average head where `hairField` gave `inside`. */
export function hairThickness({ hairStyle, hairVolume, hairline, seed }: CitizenTraits, x: number, y: number, z: number, inside: number): number {
  if (inside <= 0) return 0;
  const { side, top } = THICKNESS[hairStyle];
  const rise = smoothStep(2, 10.5, y);
  let thickness = mix(side, top, rise) * hairVolume * smoothStep(-0.1, 1.5, inside);
  if (hairStyle === 'curly' || hairStyle === 'afro') thickness *= 1 + 0.3 * cloudNoise(1.1 * x + 50, 1.1 * (y - 0.7 * z) + 50, seed + 5);
  if (hairStyle === 'sidePart' || hairStyle === 'bob' || hairStyle === 'long') {
    const fromPart = Math.abs(x - hairline.partX);
    thickness *= 1 - 0.55 * Math.exp(-(fromPart * fromPart) / 0.3) * smoothStep(6, 9, y);
  }
  return thickness;
}

/** Centimetres of beard above the skin of jaw and chin, at a place of the average head. */
export function beardThickness({ attire, seed }: CitizenTraits, x: number, y: number, z: number): number {
  if (attire.beardLength === 0) return 0;
  const below = smoothStep(-5.6, -7.6, y + 0.25 * (6 - Math.abs(x))) * smoothStep(-4, -1, z);
  return attire.beardLength * below * (1 + 0.2 * cloudNoise(1.6 * x + 50, 1.6 * (y + z) + 50, seed + 12));
}
