import { IMAGE_KINDS, PatternCollector } from '../../apps/cli/src/audit/forgetting/search/pattern.ts';
import { PatternIndex } from '../../apps/cli/src/audit/forgetting/search/pattern-index.ts';
import { searchMemory as searchWith } from '../../apps/cli/src/audit/forgetting/search/search-memory.ts';
import { StreamSearch } from '../../apps/cli/src/audit/forgetting/search/search-stream.ts';
import { WINDOW_STRIDE } from '../../apps/cli/src/audit/forgetting/search/windows-of.ts';

export { WINDOW_BYTES } from '../../apps/cli/src/audit/forgetting/search/windows-of.ts';

/** A byte pattern of a window's length with a name that may be printed. */
export interface Needle {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The audit's search through the memory of another process, for patterns of any kind. */
export function searchMemory(pid: number, needles: readonly Needle[]): { readonly found: ReadonlySet<string>; readonly searchedBytes: number } {
  const found = new Set<string>();
  let searchedBytes = 0;
  for (const name of new Set(needles.map((needle) => needle.name))) {
    const collector = new PatternCollector(IMAGE_KINDS);
    collector.add('frame', needles.filter((needle) => needle.name === name).map(({ bytes }) => bytes));
    const searched = searchWith(pid, new StreamSearch([new PatternIndex(collector.pack(), WINDOW_STRIDE)]), new Set());
    if (searched.hits.size > 0) found.add(name);
    searchedBytes = searched.bytes;
  }
  return { found, searchedBytes };
}
