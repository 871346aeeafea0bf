import type { CitizenTraits } from './citizen-traits.ts';
import { mix, smoothStep } from './curves.ts';
import { type BodyPart, makeSheet, paintWith, shade } from './make-sheet.ts';
import { valueNoise } from './value-noise.ts';

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
  return makeSheet({
    columns: 72,
    rows: 22,
    paint,
    twoSided: true,
    cutOut: true,
    place: (across, down) => {
      const angle = mix(-Math.PI + CURTAIN.frontAngle, Math.PI - CURTAIN.frontAngle, across) + Math.PI;
      const y = mix(CURTAIN.topY, bottom, down);
      const girth = mix(mix(7.7, 9, smoothStep(6.5, 1.5, y)), mix(7.9, 9.2, smoothStep(-9, -15, y)), smoothStep(-3, -9, y)) + 0.5 * (hairVolume - 1);
      const ripple = wavy * Math.sin(0.75 * y + 3 * Math.sin(angle)) * smoothStep(3, -4, y) + 0.16 * Math.sin(23 * angle) * smoothStep(3, -6, y);
      const forward = 2.8 * smoothStep(-9, -15, y) + 1.4 * smoothStep(4, -3, y);
      return [Math.sin(angle) * (girth * skull.width + ripple), y, CURTAIN.middleZ + Math.cos(angle) * (girth + 0.9 + ripple) + forward];
    },
    follow: ([, y]) => 0.3 + 0.7 * smoothStep(-16, -6, y),
  });
}
