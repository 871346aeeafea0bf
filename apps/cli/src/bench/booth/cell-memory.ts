import { readFileSync } from 'node:fs';
import { processTree } from '../../system/process-tree.ts';

export interface CellMemory {
  readonly cells: number;
  /** Pages that no other process has. */
  readonly privateMiB: number;
  /** Those, and of each shared page its part. */
  readonly proportionalMiB: number;
}

/** Memory of the cells of one kind below a process, a mean of each (Linux; needs the right to look into them). */
export function cellMemory(rootPid: number, kind: 'chip-cell' | 'face-cell'): CellMemory {
  // Node itself, not the walls around it, which name it too.
  const cells = processTree(rootPid).filter(({ commandLine }) => /^[^ ]*node /.test(commandLine) && commandLine.includes(kind));
  const seen = cells.map(({ pid }) => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  const mean = (fields: readonly string[]): number => seen.reduce((sum, text) => sum + fields.reduce((kib, field) => kib + Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0), 0), 0) / 1024 / Math.max(1, seen.length);
  return { cells: cells.length, privateMiB: mean(['Private_Clean', 'Private_Dirty']), proportionalMiB: mean(['Pss']) };
}
