import type { FacePolicy } from '../policy/face-policy.ts';
import type { FaceObservation } from './frame-observation.ts';

/** Enough frames to tell a still picture from a still moment. */
const MIN_FRAMES = 20;
/** Frames with closing eyes that are no accident of measuring; a blink of a quarter of a second is two at ten a second. */
const MIN_BLINK_FRAMES = 2;

/**
 * What moved within a face over a whole capture: eyes and mouth. The head's own motion says nothing here, since a held
 * photograph moves as a whole as well; but nothing in it does.
 * Does not tell a picture from a person who neither blinks nor moves their mouth for all that time.
 */
export class MotionRange {
  readonly #mouth: number[] = [];
  readonly #eyes: number[] = [];
  readonly #smile: number[] = [];
  #repeats = 0;

  add(face: FaceObservation): void {
    this.#mouth.push(face.mouthOpening);
    if (face.eyeOpening !== undefined) this.#eyes.push(face.eyeOpening);
    this.#smile.push(face.mouthWidth);
  }

  /** A frame that was byte for byte the one before. */
  addRepeat(): void {
    this.#repeats++;
  }

  isStill(policy: FacePolicy): boolean {
    const t = policy.thresholds;
    if (this.#eyes.length + this.#repeats < MIN_FRAMES) return false;
    const closing = (1 - t.stillEyeDrop.value) * median(this.#eyes);
    return this.#eyes.filter((opening) => opening < closing).length < MIN_BLINK_FRAMES && spread(this.#mouth) < t.stillMouthRange.value && spread(this.#smile) < t.smileWidthGain.value;
  }
}

/** The range without the two outermost values at each end: one bad frame is no motion. */
function spread(values: readonly number[]): number {
  if (values.length < 6) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.at(-3)! - sorted[2]!;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
