import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SearchJob, SearchResult } from './search-job.ts';

/** Searches on a thread of its own, so that whoever takes part in an enrolment meanwhile is not held up. */
export async function search(job: SearchJob): Promise<SearchResult> {
  const worker = new Worker(new URL('./search-worker.ts', import.meta.url), { workerData: job });
  const [result] = (await once(worker, 'message')) as [SearchResult];
  return result;
}
