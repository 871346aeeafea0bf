import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { ReadAt, Searched, StreamSearch } from './search-stream.ts';

const PAGE_BYTES = 4096;
/** One entry of /proc/pid/pagemap (proc_pid_pagemap(5)): bit 63 is "present", bit 62 is "swapped out". */
const ENTRY_BYTES = 8;
/** Entries read at once: 256 MiB of addresses. */
const ENTRIES_AT_ONCE = 65_536;

interface Region {
  readonly start: number;
  readonly end: number;
  /** Of a mapping that processes share: device, inode and offset. */
  readonly sharedId: string | undefined;
}

/** Readable mappings of a process; those that the kernel makes for everybody are left out. */
function regionsOf(pid: number): Region[] {
  const regions: Region[] = [];
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const seen = /^([0-9a-f]+)-([0-9a-f]+) r..(.) (\S+) (\S+) (\S+)\s*(.*)$/.exec(line);
    if (seen === null || seen[7]!.startsWith('[v')) continue;
    // Addresses of processes have 47 bits: a number holds them.
    regions.push({ start: Number.parseInt(seen[1]!, 16), end: Number.parseInt(seen[2]!, 16), sharedId: seen[3] === 's' ? `${seen[5]} ${seen[6]} ${seen[4]}` : undefined });
  }
  return regions;
}

/**
 * Reads the memory of another process (Linux; root or the same user) and looks for every pattern: each page of it that
 * is in memory or in swap, and of what processes share every page, since the process that wrote it may be gone.
 * The patterns are held by the searching process, so it must not search itself.
 * @param sharedSeen mappings shared between processes that were searched already; added to
 * @throws when the process is gone or may not be read
 */
export function searchMemory(pid: number, search: StreamSearch, sharedSeen: Set<string>): Searched {
  if (pid === process.pid) throw new TypeError('a process that holds the patterns finds them');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    const pagemap = openSync(`/proc/${pid}/pagemap`, 'r');
    try {
      for (const region of regionsOf(pid)) {
        if (region.sharedId !== undefined) {
          if (sharedSeen.has(region.sharedId)) continue;
          sharedSeen.add(region.sharedId);
        }
        const runs = region.sharedId === undefined ? presentRuns(pagemap, region) : [region];
        for (const { start, end } of runs) searchRun((into, length, position) => readSync(memory, into, 0, length, position), search, start, end);
      }
    } finally {
      closeSync(pagemap);
    }
  } finally {
    closeSync(memory);
  }
  return search.take();
}

/**
 * Searches one run of pages. One may go between being listed and being read: what is left of the run is read from the page after.
 * @param read throws where nothing is any more
 */
export function searchRun(read: ReadAt, search: StreamSearch, start: number, end: number): void {
  for (let at = start; at < end; ) {
    let goneAt: number | undefined;
    search.search(
      (into, length, position) => {
        try {
          return read(into, length, position);
        } catch {
          goneAt = position;
          return 0;
        }
      },
      at,
      end,
    );
    if (goneAt === undefined) return;
    at = (Math.floor(goneAt / PAGE_BYTES) + 1) * PAGE_BYTES;
  }
}

function presentRuns(pagemap: number, { start, end }: Region): { readonly start: number; readonly end: number }[] {
  const runs: { start: number; end: number }[] = [];
  const entries = Buffer.alloc(ENTRIES_AT_ONCE * ENTRY_BYTES);
  for (let at = start; at < end; at += ENTRIES_AT_ONCE * PAGE_BYTES) {
    const pages = Math.min(ENTRIES_AT_ONCE, (end - at) / PAGE_BYTES);
    const got = readSync(pagemap, entries, 0, pages * ENTRY_BYTES, (at / PAGE_BYTES) * ENTRY_BYTES);
    for (let page = 0; page < got / ENTRY_BYTES; page++) {
      if ((entries[page * ENTRY_BYTES + 7]! & 0xc0) === 0) continue;
      const address = at + page * PAGE_BYTES;
      const last = runs.at(-1);
      if (last?.end === address) last.end += PAGE_BYTES;
      else runs.push({ start: address, end: address + PAGE_BYTES });
    }
  }
  return runs;
}
