import { mix, smoothStep } from './curves.ts';
import { type BodyPart, makeSheet, paintWith, type Place } from './make-sheet.ts';

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
  return makeSheet({
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
