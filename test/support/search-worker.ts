import { parentPort, workerData } from 'node:worker_threads';
import { type Needle, searchMemory } from './search-memory.ts';

/** Searches on a thread of its own, so that whoever takes part in the enrolment meanwhile is not held up. */
const { pids, needles } = workerData as { readonly pids: readonly number[]; readonly needles: readonly Needle[] };
const results: { readonly pid: number; readonly found: readonly string[]; readonly searchedBytes: number }[] = [];
for (const pid of pids) {
  try {
    const { found, searchedBytes } = searchMemory(pid, needles);
    results.push({ pid, found: [...found].toSorted(), searchedBytes });
  } catch {
    // It ended while we looked, and its memory with it.
  }
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread of Node, not a window
parentPort?.postMessage(results);
