import type { CitizenTraits } from './citizen-traits.ts';
import { mix, smoothStep } from './curves.ts';
import type { Headwear } from './draw-attire.ts';
import { type BodyPart, makeSheet, paintWith, shade } from './make-sheet.ts';
import { neckFollow, torsoOutline } from './make-torso.ts';
import { cloudNoise, valueNoise } from './value-noise.ts';

/** From inside the jaw, where the head hides it, down over the shoulders. */
const DRAPE = { topY: -5, bottomY: -19.5, jawHalf: 6.3, jawMiddleZ: -4.6, frontDepth: 5.3, backDepth: 6.4, widening: 0.12, backwards: 0.42 } as const;
const ABOVE_CLOTHES = 0.75;

/** The part of a headscarf that hangs from under the chin over neck and shoulders. */
export function makeHeadscarfDrape(traits: CitizenTraits, { cloth }: Headwear): BodyPart {
  const { seed } = traits;
  const fold = (across: number, y: number) => Math.sin(13 * across * 2 * Math.PI + 0.5 * y + 2 * valueNoise(across * 9, 0.25 * y + 30, seed));
  const paint = paintWith(420, 160, (across, down) => {
    const y = mix(DRAPE.topY, DRAPE.bottomY, down);
    const weave = 1 + 0.05 * valueNoise(across * 420, down * 160, seed + 6);
    // one end is laid over the other shoulder
    const slope = across - 0.5 - 0.035 * (y + 15);
    const overlap = Math.abs(slope) < 0.006 && y < -9.5 ? 0.72 : slope > 0 && y < -9.5 ? 1.04 : 1;
    const underChin = mix(0.62, 1, smoothStep(-8, -11.5, y));
    return { colour: shade(cloth, weave * overlap * underChin * (0.95 + 0.06 * fold(across, y) * smoothStep(-8, -12, y) + 0.07 * cloudNoise(across * 8 + 20, down * 3 + 20, seed + 7))), gloss: 0.06 };
  });
  return makeSheet({
    columns: 84,
    rows: 28,
    paint,
    twoSided: true,
    place: (across, down) => {
      const y = mix(DRAPE.topY, DRAPE.bottomY, down);
      const torso = torsoOutline(traits, y);
      const low = smoothStep(-10.5, -14.5, y);
      const angle = (across - 0.5) * 2 * Math.PI;
      const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
      const power = mix(1, torso.power, low);
      const loose = 0.16 * fold(across, y) * smoothStep(-8.5, -12, y);
      const above = ABOVE_CLOTHES + loose;
      const half = mix(DRAPE.jawHalf + DRAPE.widening * (DRAPE.topY - y) + loose, torso.half + above, low);
      const depth = mix(cosine > 0 ? DRAPE.frontDepth : DRAPE.backDepth + DRAPE.backwards * (DRAPE.topY - y), torso.depth + above, low) + loose;
      return [Math.sign(sine) * Math.abs(sine) ** power * half, y, mix(DRAPE.jawMiddleZ, torso.middleZ, low) + Math.sign(cosine) * Math.abs(cosine) ** power * depth];
    },
    follow: neckFollow,
  });
}
