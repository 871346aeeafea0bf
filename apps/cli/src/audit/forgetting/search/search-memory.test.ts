import { expect, it } from 'vitest';
import { PatternCollector } from './pattern.ts';
import { PatternIndex } from './pattern-index.ts';
import { searchRun } from './search-memory.ts';
import { StreamSearch } from './search-stream.ts';
import { WINDOW_STRIDE } from './windows-of.ts';

const PAGE_BYTES = 4096;
const PAGES = 8;

it('a page that went away hides nothing of the pages behind it', () => {
  const planted = Uint8Array.from({ length: 32 }, (_, i) => 200 - 3 * i);
  const collector = new PatternCollector(['frame']);
  collector.add('frame', [planted]);
  const memory = new Uint8Array(PAGES * PAGE_BYTES);
  for (const page of [0, 3, 7]) memory.set(planted, page * PAGE_BYTES + 100);
  /** @returns bytes searched and hits, when these pages are gone */
  const without = (gone: readonly number[], chunkBytes: number) => {
    const search = new StreamSearch([new PatternIndex(collector.pack(), WINDOW_STRIDE)], chunkBytes);
    const read = (into: Uint8Array, length: number, position: number): number => {
      const page = Math.floor(position / PAGE_BYTES);
      if (gone.includes(page)) throw new Error('EIO');
      const next = Math.min(memory.length, ...gone.filter((one) => one > page).map((one) => one * PAGE_BYTES));
      const part = memory.subarray(position, Math.min(position + length, next));
      into.set(part);
      return part.length;
    };
    searchRun(read, search, 0, memory.length);
    const { bytes, hits } = search.take();
    return [bytes / PAGE_BYTES, hits.get('frame') ?? 0];
  };
  for (const chunkBytes of [PAGE_BYTES, 3 * PAGE_BYTES, 100 * PAGE_BYTES]) {
    expect(without([], chunkBytes)).toEqual([PAGES, 3]);
    expect(without([1], chunkBytes)).toEqual([PAGES - 1, 3]);
    expect(without([2, 3, 6], chunkBytes)).toEqual([PAGES - 3, 2]);
  }
});
