import { createHash } from 'node:crypto';

/**
 * Recognises frames that came before, byte for byte. A sensor's noise never repeats; a recording that runs in a loop does.
 * The frame just before may repeat: a device may sample its camera faster than the camera delivers.
 */
export class FrameHistory {
  readonly #seen = new Set<string>();
  #last: string | undefined;

  see(jpeg: Uint8Array): 'new' | 'repeatOfLast' | 'replayed' {
    const hash = createHash('sha256').update(jpeg).digest('base64');
    if (hash === this.#last) return 'repeatOfLast';
    if (this.#seen.has(hash)) return 'replayed';
    this.#seen.add(hash);
    this.#last = hash;
    return 'new';
  }
}
