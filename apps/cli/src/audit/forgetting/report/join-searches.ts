import type { Hit, PlaceSearched, SearchResult } from '../search/search-job.ts';

/** Joins searches: bytes and hits by place. */
export function joinSearches(searches: readonly SearchResult[], lookedThrough: readonly string[]): { readonly searched: readonly PlaceSearched[]; readonly hits: readonly Hit[] } {
  const places = new Map<string, { place: string; bytes: number; things: number }>(lookedThrough.map((place) => [place, { place, bytes: 0, things: 0 }]));
  const hits = new Map<string, Hit>();
  for (const one of searches) {
    for (const { place, bytes, things } of one.searched) {
      const known = places.get(place) ?? { place, bytes: 0, things: 0 };
      places.set(place, { place, bytes: known.bytes + bytes, things: known.things + things });
    }
    for (const hit of one.hits) {
      const key = `${hit.place} ${hit.kind}`;
      hits.set(key, { ...hit, count: hit.count + (hits.get(key)?.count ?? 0) });
    }
  }
  return { searched: [...places.values()].toSorted((a, b) => a.place.localeCompare(b.place)), hits: [...hits.values()] };
}
