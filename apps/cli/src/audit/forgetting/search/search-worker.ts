import { parentPort, workerData } from 'node:worker_threads';
import { runSearch } from './run-search.ts';
import type { SearchJob } from './search-job.ts';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread of Node, not a window
parentPort?.postMessage(runSearch(workerData as SearchJob));
