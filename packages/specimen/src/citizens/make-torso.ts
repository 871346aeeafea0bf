import type { CitizenTraits } from './citizen-traits.ts';
import { clamp, mix, smoothStep } from './curves.ts';
import type { Paint } from './draw-mesh.ts';
import { type BodyPart, makeSheet, paintWith, type Place, shade } from './make-sheet.ts';
import { cloudNoise, valueNoise } from './value-noise.ts';

/** The neck's top goes with the head, the shoulders stay. */
export const neckFollow = ([, y]: Place): number => smoothStep(-16, -8.5, y);

const TORSO = { top: -4, bottom: -32, neckFoot: -11.9, shoulderFall: 6.2, clothTop: -13.2 } as const;
const TORSO_PAINT = { width: 580, height: 380, left: -21, right: 21, top: -4, bottom: -32 } as const;

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

/** The neck's or body's outline at a height: half its width and depth (centimetres), its middle, and how square it is (1 an ellipse). */
export function torsoOutline({ neckWidth, shoulderWidth }: CitizenTraits, y: number): { readonly half: number; readonly depth: number; readonly middleZ: number; readonly power: number } {
  const fall = clamp((TORSO.neckFoot - y) / TORSO.shoulderFall, 0, 1);
  const spread = fall < 1 ? 1 - Math.sqrt(1 - fall * fall) * (1 - 0.25 * fall) : 1;
  const foot = neckWidth + 0.9 * smoothStep(-9, TORSO.neckFoot, y);
  return {
    half: mix(foot, shoulderWidth, spread) - 0.06 * Math.max(0, -26 - y),
    depth: mix(neckWidth * 0.98, 8.2, smoothStep(-11, -19, y)),
    middleZ: mix(-4.6, -6.4, smoothStep(-8, -18, y)),
    power: mix(1, 0.82, smoothStep(-12, -18, y)),
  };
}

/** Neck, shoulders and clothes in one skin, so that the neck has no seam. */
export function makeTorso(traits: CitizenTraits): BodyPart {
  const { left, right, top, bottom, width, height } = TORSO_PAINT;
  return makeSheet({
    columns: 56,
    rows: 44,
    paint: paintTorso(traits),
    place: (across, down) => {
      const y = mix(TORSO.top, TORSO.bottom, down ** 1.15);
      const { half, depth, middleZ, power } = torsoOutline(traits, y);
      const angle = (across - 0.5) * 2 * Math.PI;
      const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
      const clothed = y < TORSO.clothTop ? 0.3 : 0;
      return [Math.sign(sine) * Math.abs(sine) ** power * (half + clothed), y, middleZ + Math.sign(cosine) * Math.abs(cosine) ** power * (depth + clothed)];
    },
    follow: neckFollow,
    texture: ([x, y]) => [((x - left) / (right - left)) * width, ((y - top) / (bottom - top)) * height],
  });
}
