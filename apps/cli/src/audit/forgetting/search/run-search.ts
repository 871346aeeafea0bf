import { PatternIndex } from './pattern-index.ts';
import type { PatternKind } from './pattern.ts';
import { searchFile } from './search-file.ts';
import type { SearchJob, SearchResult } from './search-job.ts';
import { searchMemory } from './search-memory.ts';
import { type Searched, StreamSearch } from './search-stream.ts';
import { WINDOW_STRIDE } from './windows-of.ts';

/** A name may have eight letters: every position of a file is looked at. */
const TEXT_STRIDE = 1;
/** Whoever ended or was deleted meanwhile took its bytes along. */
const GONE: ReadonlySet<string> = new Set(['ENOENT', 'ESRCH']);

/** Does one search, on the calling thread. What can't be read is told, never counted as searched. */
export function runSearch(job: SearchJob): SearchResult {
  const startedMs = performance.now();
  const images = new PatternIndex(job.images, WINDOW_STRIDE);
  const inMemory = new StreamSearch([images]);
  const inFiles = new StreamSearch(job.texts === undefined ? [images] : [images, new PatternIndex(job.texts, TEXT_STRIDE)]);
  const places = new Map<string, { bytes: number; things: number; hits: Map<PatternKind, number> }>();
  const unread = new Map<string, { place: string; reason: string }>();
  const look = (place: string, search: () => Searched): void => {
    try {
      const { bytes, hits } = search();
      const known = places.get(place) ?? { bytes: 0, things: 0, hits: new Map<PatternKind, number>() };
      places.set(place, known);
      known.bytes += bytes;
      known.things += 1;
      for (const [kind, count] of hits) known.hits.set(kind, (known.hits.get(kind) ?? 0) + count);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code;
      if (reason === undefined) throw error;
      if (!GONE.has(reason)) unread.set(`${place} ${reason}`, { place, reason });
    }
  };
  const sharedSeen = new Set<string>();
  for (const { pid, place } of job.processes) look(place, () => searchMemory(pid, inMemory, sharedSeen));
  for (const { path, place } of job.files) look(place, () => searchFile(path, inFiles));
  for (const search of [inMemory, inFiles]) search.wipe();
  return {
    searched: [...places].map(([place, { bytes, things }]) => ({ place, bytes, things })),
    hits: [...places].flatMap(([place, { hits }]) => [...hits].map(([kind, count]) => ({ place, kind, count }))),
    unread: [...unread.values()],
    seconds: (performance.now() - startedMs) / 1000,
  };
}
