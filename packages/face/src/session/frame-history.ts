/**
 * Recognises frames that came before, by their hashes. A sensor's noise never repeats; a recording that runs in a loop does.
 * The frame just before may repeat: a device may sample its camera faster than the camera delivers.
 * Does not recognise a frame that came before in other pixels, however few of them were changed.
 */
export class FrameHistory {
  readonly #seen = new Set<string>();
  #last: string | undefined;

  see(sha256: string): 'new' | 'repeatOfLast' | 'replayed' {
    if (sha256 === this.#last) return 'repeatOfLast';
    if (this.#seen.has(sha256)) return 'replayed';
    this.#seen.add(sha256);
    this.#last = sha256;
    return 'new';
  }
}
