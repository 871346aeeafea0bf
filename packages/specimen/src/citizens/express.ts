import { clamp, mix, smoothStep } from './curves.ts';
import { CHEEK, LEFT_EYE, LOWER_LIP, MOUTH, MOUTH_CORNER, RIGHT_EYE } from './landmarks.ts';

/** 0 rest … 1 full, each; right and left are the person's own. */
export interface Expression {
  readonly smile: number;
  readonly blinkLeft: number;
  readonly blinkRight: number;
  readonly mouthOpen: number;
}

/** How far a full expression moves the face, centimetres. */
const SMILE = { outward: 0.95, upward: 0.75, backward: 0.5, radius: 1.9, cheekUp: 0.35, cheekOut: 0.32, cheekRadius: 2 } as const;
const JAW_DROP = { down: 2.25, back: 0.8, cornersInward: 0.3 } as const;
const LID = { overlap: 0.05, forward: 0.12, bulge: 0.2, creaseShare: 0.42, lowerRise: 0.08 } as const;

const lowerLip = new Set<number>(LOWER_LIP);
const corners = new Set<number>([MOUTH.right, MOUTH.left, MOUTH_CORNER.right, MOUTH_CORNER.left]);

function closeLids(neutral: Float32Array, moved: Float32Array, eye: typeof RIGHT_EYE | typeof LEFT_EYE, closed: number): void {
  if (closed <= 0) return;
  eye.upper.forEach((upper, index) => {
    const lower = eye.lower[index]!;
    const crease = eye.crease[index]!;
    const meetingY = neutral[3 * lower + 1]! + LID.lowerRise * closed;
    const travel = meetingY - LID.overlap - neutral[3 * upper + 1]!;
    moved[3 * lower + 1]! += LID.lowerRise * closed;
    moved[3 * upper + 1]! += travel * closed;
    moved[3 * upper + 2] = mix(neutral[3 * upper + 2]!, neutral[3 * lower + 2]! + LID.forward, closed) + LID.bulge * Math.sin(Math.PI * closed);
    moved[3 * crease + 1]! += travel * closed * LID.creaseShare;
  });
}

/** Moves the control vertices of a neutral head into an expression; writes into `moved` (same length). */
export function express(neutral: Float32Array, expression: Expression, moved: Float32Array): void {
  moved.set(neutral);
  const smile = clamp(expression.smile, 0, 1);
  const open = clamp(expression.mouthOpen, 0, 1);
  closeLids(neutral, moved, RIGHT_EYE, clamp(expression.blinkRight, 0, 1));
  closeLids(neutral, moved, LEFT_EYE, clamp(expression.blinkLeft, 0, 1));
  if (smile > 0) {
    for (const [corner, cheek, side] of [[MOUTH_CORNER.right, CHEEK.right, -1], [MOUTH_CORNER.left, CHEEK.left, 1]] as const) {
      for (let at = 0; at < neutral.length; at += 3) {
        const x = neutral[at]!;
        const y = neutral[at + 1]!;
        if (neutral[at + 2]! < -1) continue;
        const pull = smile * Math.exp(-((x - neutral[3 * corner]!) ** 2 + (y - neutral[3 * corner + 1]!) ** 2) / SMILE.radius ** 2);
        const lift = smile * Math.exp(-((x - neutral[3 * cheek]!) ** 2 + (y - neutral[3 * cheek + 1]!) ** 2) / SMILE.cheekRadius ** 2);
        moved[at]! += side * SMILE.outward * pull;
        moved[at + 1]! += SMILE.upward * pull + SMILE.cheekUp * lift;
        moved[at + 2]! += SMILE.cheekOut * lift - SMILE.backward * pull;
      }
    }
  }
  if (open > 0) {
    const lipsY = (neutral[3 * MOUTH.upper[4] + 1]! + neutral[3 * MOUTH.lower[4] + 1]!) / 2;
    for (let at = 0; at < neutral.length; at += 3) {
      const vertex = at / 3;
      const x = Math.abs(neutral[at]!);
      let weight = smoothStep(0.1, 1.6, lipsY - neutral[at + 1]!) * (1 - 0.55 * smoothStep(3, 7, x)) * smoothStep(-6, 0, neutral[at + 2]!);
      if (lowerLip.has(vertex)) weight = Math.max(weight, 0.35 + 0.65 * (1 - smoothStep(1.2, 2.6, x)));
      if (corners.has(vertex)) weight = 0.3;
      moved[at + 1]! -= JAW_DROP.down * open * weight;
      moved[at + 2]! -= JAW_DROP.back * open * weight;
    }
    for (const corner of corners) moved[3 * corner]! -= Math.sign(neutral[3 * corner]!) * JAW_DROP.cornersInward * open;
  }
}
