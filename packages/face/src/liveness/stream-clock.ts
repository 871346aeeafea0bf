import type { FacePolicy } from '../policy/face-policy.ts';

/**
 * Holds a device's capture times against the booth's own clock. The device may claim any time; but frames can't arrive
 * before they were taken, their delays can't spread more than a network's do, and no camera delivers more than so many a
 * second.
 */
export class StreamClock {
  readonly #maxSpreadMs: number;
  readonly #maxFramesPerSecond: number;
  #frames = 0;
  #firstCaptured: number | undefined;
  #minDelay = Number.POSITIVE_INFINITY;
  #maxDelay = Number.NEGATIVE_INFINITY;
  #lastIndex = -1;
  #lastCaptured = Number.NEGATIVE_INFINITY;
  #lastReceived = Number.NEGATIVE_INFINITY;

  constructor(policy: FacePolicy) {
    this.#maxSpreadMs = policy.stream.maxDelaySpreadMs.value;
    this.#maxFramesPerSecond = policy.stream.maxFramesPerSecond.value;
  }

  /** @returns false when this frame's number or times are not plausible after the frames before it */
  accept(frame: { readonly index: number; readonly capturedAtMs: number; readonly receivedAtMs: number }): boolean {
    const delay = frame.receivedAtMs - frame.capturedAtMs;
    const inOrder = frame.index > this.#lastIndex && frame.capturedAtMs > this.#lastCaptured && frame.receivedAtMs >= this.#lastReceived;
    if (!inOrder || !Number.isFinite(delay)) return false;
    this.#firstCaptured ??= frame.capturedAtMs;
    const secondsAndOne = (frame.capturedAtMs - this.#firstCaptured) / 1000 + 1;
    if (++this.#frames > secondsAndOne * this.#maxFramesPerSecond) return false;
    this.#lastIndex = frame.index;
    this.#lastCaptured = frame.capturedAtMs;
    this.#lastReceived = frame.receivedAtMs;
    this.#minDelay = Math.min(this.#minDelay, delay);
    this.#maxDelay = Math.max(this.#maxDelay, delay);
    return this.#maxDelay - this.#minDelay <= this.#maxSpreadMs;
  }

  /** The booth's time at which a frame was taken, at the latest: assumes that the quickest frame had no delay at all. */
  takenAt(capturedAtMs: number): number {
    return capturedAtMs + this.#minDelay;
  }
}
