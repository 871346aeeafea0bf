import { closeSync, openSync, readSync } from 'node:fs';
import type { PatternIndex } from './pattern-index.ts';
import { type Searched, StreamSearch } from './search-stream.ts';

/**
 * Looks through a file or a block device for the patterns of every index.
 * @throws when it can't be opened or read
 */
export function searchFile(path: string, indexes: readonly PatternIndex[]): Searched {
  const file = openSync(path, 'r');
  try {
    const hits: Searched['hits'] = new Map();
    let bytes = 0;
    for (const index of indexes) {
      const search = new StreamSearch(index);
      search.search((into, length, position) => readSync(file, into, 0, length, position), 0, Number.MAX_SAFE_INTEGER);
      const searched = search.end();
      bytes = Math.max(bytes, searched.bytes);
      for (const [kind, n] of searched.hits) hits.set(kind, (hits.get(kind) ?? 0) + n);
    }
    return { bytes, hits };
  } finally {
    closeSync(file);
  }
}
