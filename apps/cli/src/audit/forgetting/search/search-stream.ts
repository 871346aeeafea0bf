import type { PatternKind } from './pattern.ts';
import type { PatternIndex } from './pattern-index.ts';

const CHUNK_BYTES = 8 * 1024 * 1024;

/** Hits by kind of pattern. */
export type Hits = Map<PatternKind, number>;

export interface Searched {
  readonly bytes: number;
  readonly hits: Hits;
}

/** Reads up to `length` bytes of something from `position` on. @returns 0 at the end */
export type ReadAt = (into: Uint8Array, length: number, position: number) => number;

/**
 * Looks through stretches of bytes in overlapping chunks, so that a pattern across a border is found, once. One buffer
 * serves thousands of files.
 */
export class StreamSearch {
  readonly #indexes: readonly PatternIndex[];
  readonly #buffer: Uint8Array;
  readonly #chunkBytes: number;
  #hits: Hits = new Map();
  #bytes = 0;
  #most = 0;

  constructor(indexes: readonly PatternIndex[], chunkBytes: number = CHUNK_BYTES) {
    this.#indexes = indexes;
    this.#chunkBytes = chunkBytes;
    this.#buffer = new Uint8Array(chunkBytes + Math.max(0, ...indexes.map(({ longest }) => longest - 1)));
  }

  /** @param from,to positions; a stretch that ends earlier ends the search */
  search(read: ReadAt, from: number, to: number): void {
    for (let at = from; at < to; at += this.#chunkBytes) {
      const want = Math.min(this.#buffer.length, to - at);
      let got = 0;
      while (got < want) {
        const more = read(this.#buffer.subarray(got), want - got, at + got);
        if (more === 0) break;
        got += more;
      }
      this.#bytes += Math.min(got, this.#chunkBytes);
      this.#most = Math.max(this.#most, got);
      for (const index of this.#indexes) index.find(this.#buffer, got, this.#chunkBytes, (kind) => this.#hits.set(kind, (this.#hits.get(kind) ?? 0) + 1));
      if (got < Math.min(want, this.#chunkBytes)) return;
    }
  }

  /** What was searched since the last time. */
  take(): Searched {
    const searched = { bytes: this.#bytes, hits: this.#hits };
    this.#bytes = 0;
    this.#hits = new Map();
    return searched;
  }

  /** What was read may be somebody's face. */
  wipe(): void {
    this.#buffer.fill(0, 0, this.#most);
  }
}
