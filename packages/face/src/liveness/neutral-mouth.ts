import type { FacePolicy } from '../policy/face-policy.ts';
import type { Baseline } from './baseline.ts';
import type { FaceObservation } from './frame-observation.ts';
import { ONSET } from './movement-watch.ts';

/** One frame alone may be mismeasured. */
const SUSTAINED_FRAMES = 3;
/** An opening mouth narrows; one that is opener than this share of the threshold says nothing of its width at rest. */
const CLOSED = 0.2;

/**
 * Many people smile as a camera starts, and their smile became their face at rest: whoever was asked to smile then could
 * not, and whoever was asked to open the mouth had further to go, since a smile parts the lips. A closed mouth that stays
 * narrower than the baseline's by as much as a smile begins with is the one at rest.
 */
export class NeutralMouth {
  #seen: FaceObservation[] = [];

  /** @returns the baseline as it is after this frame, frontal enough for the mouth to be judged */
  see(face: FaceObservation, baseline: Baseline, { thresholds }: FacePolicy): Baseline {
    const closed = face.mouthOpening - baseline.mouthOpening < CLOSED * thresholds.mouthOpeningGain.value;
    const narrower = baseline.mouthWidth - face.mouthWidth >= ONSET * thresholds.smileWidthGain.value;
    if (!closed || !narrower) {
      this.#seen = [];
      return baseline;
    }
    this.#seen.push(face);
    if (this.#seen.length < SUSTAINED_FRAMES) return baseline;
    const seen = this.#seen.splice(0);
    return { ...baseline, mouthWidth: Math.max(...seen.map(({ mouthWidth }) => mouthWidth)), mouthOpening: Math.min(baseline.mouthOpening, Math.max(...seen.map(({ mouthOpening }) => mouthOpening))) };
  }
}
