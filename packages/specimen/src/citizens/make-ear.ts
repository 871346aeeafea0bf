import type { CitizenTraits } from './citizen-traits.ts';
import { smoothStep } from './curves.ts';
import { type BodyPart, makeSheet, paintWith, type Place } from './make-sheet.ts';
import { valueNoise } from './value-noise.ts';

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
  const ear = makeSheet({
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
