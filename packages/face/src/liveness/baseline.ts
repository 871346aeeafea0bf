import type { FaceMesh } from '../mesh/landmarks.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import type { FaceObservation } from './frame-observation.ts';

/** A person's own neutral face: everything they do is measured against it. */
export interface Baseline {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly eyeOpening: number;
  readonly mouthOpening: number;
  readonly mouthWidth: number;
  readonly mesh: FaceMesh;
}

/** A head that moves more than this while looking ahead is not at rest yet. */
const MAX_YAW_RANGE_DEG = 6;

/** Collects consecutive frontal frames until they are enough and steady. */
export class BaselineCollector {
  readonly #policy: FacePolicy;
  #run: FaceObservation[] = [];
  #length = 0;

  constructor(policy: FacePolicy) {
    this.#policy = policy;
  }

  /** Frames since the last interruption. */
  get length(): number {
    return this.#length;
  }

  interrupt(): void {
    this.#run = [];
    this.#length = 0;
  }

  /** @param face frontal, of good quality @returns the baseline once it stands */
  add(face: FaceObservation): Baseline | undefined {
    const wanted = this.#policy.script.baselineFrames.value;
    this.#run.push(face);
    this.#length++;
    if (this.#run.length > wanted) this.#run.shift();
    if (this.#run.length < wanted) return undefined;
    const all = (pick: (f: FaceObservation) => number): number[] => this.#run.map(pick);
    const steady = range(all((f) => f.pose.yawDeg)) <= MAX_YAW_RANGE_DEG && range(all((f) => f.mouthOpening)) <= this.#policy.thresholds.mouthOpeningGain.value / 2;
    if (!steady) return undefined;
    return {
      yawDeg: median(all((f) => f.pose.yawDeg)),
      pitchDeg: median(all((f) => f.pose.pitchDeg)),
      eyeOpening: median(this.#run.flatMap((f) => f.eyeOpening ?? [])),
      mouthOpening: median(all((f) => f.mouthOpening)),
      mouthWidth: median(all((f) => f.mouthWidth)),
      mesh: face.mesh,
    };
  }
}

const range = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
