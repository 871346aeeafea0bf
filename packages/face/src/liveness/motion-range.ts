import type { FacePolicy } from '../policy/face-policy.ts';
import type { FaceObservation } from './frame-observation.ts';

/** Enough frames to tell a still picture from a still moment. */
const MIN_FRAMES = 20;

/** How much a face moved by itself over a whole capture. A held photograph moves as a whole, but nothing in it does. */
export class MotionRange {
  readonly #yaw: number[] = [];
  readonly #mouth: number[] = [];
  readonly #eyes: number[] = [];
  readonly #smile: number[] = [];
  #repeats = 0;

  add(face: FaceObservation): void {
    this.#yaw.push(face.pose.yawDeg);
    this.#mouth.push(face.mouthOpening);
    this.#eyes.push(face.eyeOpening);
    this.#smile.push(face.mouthWidth);
  }

  /** A frame that was byte for byte the one before. */
  addRepeat(): void {
    this.#repeats++;
  }

  isStill(policy: FacePolicy): boolean {
    const t = policy.thresholds;
    if (this.#yaw.length + this.#repeats < MIN_FRAMES) return false;
    const eyes = this.#eyes.length === 0 ? 1 : median(this.#eyes);
    return (
      spread(this.#yaw) < t.stillYawRangeDeg.value &&
      spread(this.#mouth) < t.stillMouthRange.value &&
      spread(this.#smile) < t.smileWidthGain.value &&
      spread(this.#eyes) / eyes < t.stillEyeRange.value
    );
  }
}

/** The range without the two outermost values at each end: one bad frame is no motion, a blink of several frames is. */
function spread(values: readonly number[]): number {
  if (values.length < 6) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.at(-3)! - sorted[2]!;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
