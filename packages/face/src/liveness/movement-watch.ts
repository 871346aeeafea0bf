/** Below this share of the threshold a movement has not begun. */
export const ONSET = 0.5;

/**
 * Sees whether a movement began after its prompt and then reached its threshold. A movement that was under way at the
 * prompt, or began sooner than a person can react, has to end and begin again.
 */
export class MovementWatch {
  #atRest = true;
  #rising = false;

  /**
   * @param progress 1 is the threshold
   * @param begunInTime whether a movement that begins with this frame is late enough after the prompt
   * @returns whether the movement is done
   */
  see(progress: number, begunInTime: boolean): boolean {
    if (progress < ONSET) {
      this.#atRest = true;
      this.#rising = false;
    } else if (!this.#rising) {
      this.#rising = this.#atRest && begunInTime;
      this.#atRest = false;
    }
    return this.#rising && progress >= 1;
  }
}
