import type { RandomBytes } from '@visavis/kernel';
import { discard } from '../image/discard.ts';
import { below } from '../liveness/below.ts';

/**
 * Keeps `size` pieces out of a stream whose length is not known, every one with the same chance: which ones is settled
 * by the last frame only, and told to nobody, so that no attack can be good in just these.
 * @source J. S. Vitter, Random Sampling with a Reservoir (1985), algorithm R
 */
export class FrameSample {
  readonly #size: number;
  readonly #random: RandomBytes;
  readonly #kept: Float32Array[] = [];
  #seen = 0;

  /** @param o.random must be cryptographically strong */
  constructor(o: { readonly size: number; readonly random: RandomBytes }) {
    this.#size = o.size;
    this.#random = o.random;
  }

  /** @param cut makes the piece; called only for a frame that is kept for now */
  offer(cut: () => Float32Array): void {
    this.#seen++;
    if (this.#kept.length < this.#size) {
      this.#kept.push(cut());
      return;
    }
    const at = below(this.#seen, this.#random);
    if (at >= this.#size) return;
    discard(this.#kept[at]!);
    this.#kept[at] = cut();
  }

  /** The pieces, which are the caller's now; undefined when the stream had too few. */
  take(): readonly Float32Array[] | undefined {
    if (this.#kept.length < this.#size) return undefined;
    this.#seen = 0;
    return this.#kept.splice(0);
  }

  /** Overwrites what is kept and begins anew. */
  forget(): void {
    for (const piece of this.#kept.splice(0)) discard(piece);
    this.#seen = 0;
  }
}
