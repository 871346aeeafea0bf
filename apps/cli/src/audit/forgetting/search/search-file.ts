import { closeSync, openSync, readSync } from 'node:fs';
import type { Searched, StreamSearch } from './search-stream.ts';

/**
 * Looks through a file or a block device.
 * @throws when it can't be opened or read
 */
export function searchFile(path: string, search: StreamSearch): Searched {
  const file = openSync(path, 'r');
  try {
    search.search((into, length, position) => readSync(file, into, 0, length, position), 0, Number.MAX_SAFE_INTEGER);
  } finally {
    closeSync(file);
  }
  return search.take();
}
