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
 * Looks through one stretch of bytes in overlapping chunks, so that a pattern across a border is found, once.
 * @param from,to positions; a stretch that ends earlier ends the search
 */
export class StreamSearch {
  readonly #index: PatternIndex;
  readonly #buffer: Uint8Array;
  readonly #chunkBytes: number;
  readonly hits: Hits = new Map();
  bytes = 0;

  constructor(index: PatternIndex, chunkBytes: number = CHUNK_BYTES) {
    this.#index = index;
    this.#chunkBytes = chunkBytes;
    this.#buffer = new Uint8Array(chunkBytes + Math.max(0, index.longest - 1));
  }

  search(read: ReadAt, from: number, to: number): void {
    for (let at = from; at < to; at += this.#chunkBytes) {
      const want = Math.min(this.#buffer.length, to - at);
      let got = 0;
      while (got < want) {
        const more = read(this.#buffer.subarray(got), want - got, at + got);
        if (more === 0) break;
        got += more;
      }
      this.bytes += Math.min(got, this.#chunkBytes);
      this.#index.find(this.#buffer, got, this.#chunkBytes, (kind) => this.hits.set(kind, (this.hits.get(kind) ?? 0) + 1));
      if (got < Math.min(want, this.#chunkBytes)) return;
    }
  }

  /** What was read may be somebody's face. */
  end(): Searched {
    this.#buffer.fill(0);
    return { bytes: this.bytes, hits: this.hits };
  }
}
