import { readFileSync } from 'node:fs';
import { childrenOf } from './see-from-outside.ts';

/** Linux tells memory in pages; every architecture that we have a filter for uses these. */
const PAGE_BYTES = 4096;

/** Memory held by a process and all below it, shared pages counted in full; 0 where it cannot be seen. */
export function residentMiB(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * PAGE_BYTES) / 2 ** 20 + childrenOf(pid).reduce((sum, child) => sum + residentMiB(child), 0);
  } catch {
    return 0;
  }
}
