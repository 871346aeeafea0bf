import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { equalBytes } from '@visavis/kernel';

/** A byte pattern with a name that may be printed. */
export interface Needle {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface MemorySearch {
  /** Names of the needles that were found. */
  readonly found: ReadonlySet<string>;
  readonly searchedBytes: number;
}

const CHUNK_BYTES = 16 * 1024 * 1024;
/** A window this long does not occur by chance; short enough to survive in fragments of a freed buffer. */
export const WINDOW_BYTES = 32;

/** Windows spread evenly over a byte string, the flat head of a JPEG left out. */
export function windowsOf(name: string, bytes: Uint8Array, count: number): Needle[] {
  const head = Math.min(800, Math.floor(bytes.length / 4));
  const step = Math.floor((bytes.length - head - WINDOW_BYTES) / count);
  return Array.from({ length: count }, (_, i) => ({ name, bytes: bytes.slice(head + i * step, head + i * step + WINDOW_BYTES) }));
}

/** Which needles begin with which two bytes: almost every position of a memory is passed over at one look. */
interface NeedleIndex {
  readonly begins: Uint8Array;
  readonly byBeginning: ReadonlyMap<number, readonly Needle[]>;
}

function indexNeedles(needles: readonly Needle[]): NeedleIndex {
  const begins = new Uint8Array(0x10000);
  const byBeginning = new Map<number, Needle[]>();
  for (const needle of needles) {
    const beginning = (needle.bytes[0]! << 8) | needle.bytes[1]!;
    begins[beginning] = 1;
    byBeginning.set(beginning, [...(byBeginning.get(beginning) ?? []), needle]);
  }
  return { begins, byBeginning };
}

function findIn(chunk: Uint8Array, { begins, byBeginning }: NeedleIndex, found: Set<string>): void {
  for (let i = 0; i + WINDOW_BYTES <= chunk.length; i++) {
    const beginning = (chunk[i]! << 8) | chunk[i + 1]!;
    if (begins[beginning] === 0) continue;
    for (const needle of byBeginning.get(beginning)!) {
      if (!found.has(needle.name) && equalBytes(chunk.subarray(i, i + WINDOW_BYTES), needle.bytes)) found.add(needle.name);
    }
  }
}

/**
 * Reads all readable memory of another process (Linux, root or same user) and looks for every needle.
 * The needles are held by the searching process, so it must not search itself.
 */
export function searchMemory(pid: number, needles: readonly Needle[]): MemorySearch {
  if (pid === process.pid) throw new TypeError('a process that holds the needles finds them');
  const index = indexNeedles(needles);
  const found = new Set<string>();
  let searchedBytes = 0;
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES + WINDOW_BYTES - 1);
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const region = /^([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+\s*(.*)$/.exec(line);
      if (region === null || region[3]?.startsWith('[v')) continue;
      const start = BigInt(`0x${region[1]}`);
      const end = BigInt(`0x${region[2]}`);
      for (let at = start; at < end; at += BigInt(CHUNK_BYTES)) {
        const want = Number(end - at < BigInt(buffer.length) ? end - at : BigInt(buffer.length));
        let got: number;
        try {
          got = readSync(memory, buffer, 0, want, at);
        } catch {
          break;
        }
        searchedBytes += Math.min(got, CHUNK_BYTES);
        findIn(buffer.subarray(0, got), index, found);
      }
    }
  } finally {
    closeSync(memory);
    buffer.fill(0);
  }
  return { found, searchedBytes };
}
