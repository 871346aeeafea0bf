import { readFileSync } from 'node:fs';
import { type ProcessSeen, processTree } from '../system/process-tree.ts';

/** What a process is for, told from its command line. */
type Role = 'server' | 'booth' | 'database' | 'other';

interface Sample {
  readonly role: Role;
  readonly part: string;
  cpuSeconds: number;
  peakMiB: number;
}

export interface ResourceUse {
  readonly cpuSeconds: Readonly<Record<Role, number>>;
  /** Highest resident set of one process of each kind; a booth is its chip cell and its face cell together. */
  readonly peakMiB: { readonly booth: number; readonly chipCell: number; readonly faceCell: number; readonly server: number };
}

/**
 * Watches a server and all its descendants through /proc (Linux only). CPU of a process that ends between two
 * samples is counted up to the last sample: at 50 ms, a cell's figure is low by 50 ms at most.
 */
export class ProcessSampler {
  readonly #rootPid: number;
  readonly #samples = new Map<string, Sample>();
  readonly #timer: NodeJS.Timeout;

  constructor(rootPid: number, intervalMs = 50) {
    this.#rootPid = rootPid;
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), intervalMs);
  }

  /** What was used so far. */
  use(): ResourceUse {
    this.#sample();
    const cpuSeconds: Record<Role, number> = { server: 0, booth: 0, database: 0, other: 0 };
    const peak = new Map<string, number>();
    for (const sample of this.#samples.values()) {
      cpuSeconds[sample.role] += sample.cpuSeconds;
      peak.set(sample.part, Math.max(peak.get(sample.part) ?? 0, sample.peakMiB));
    }
    const chipCell = peak.get('chip-cell') ?? 0;
    const faceCell = peak.get('face-cell') ?? 0;
    return { cpuSeconds, peakMiB: { booth: chipCell + faceCell, chipCell, faceCell, server: peak.get('server') ?? 0 } };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    for (const seen of processTree(this.#rootPid)) this.#record(seen);
  }

  #record({ pid, startedAtTick, commandLine, cpuSeconds }: ProcessSeen): void {
    const key = `${pid} ${startedAtTick}`;
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const peakMiB = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
      const known = this.#samples.get(key);
      const part = partOf(commandLine, pid === this.#rootPid);
      // setpriv becomes bwrap becomes node: the last command line is the one that counts.
      const role = roleOf(part);
      this.#samples.set(key, { role, part, cpuSeconds: Math.max(cpuSeconds, known?.cpuSeconds ?? 0), peakMiB: Math.max(peakMiB, known?.part === part ? known.peakMiB : 0) });
    } catch {
      // It ended while we looked; its last sample stays.
    }
  }
}

function partOf(commandLine: string, isRoot: boolean): string {
  if (isRoot) return 'server';
  const isCell = /^[^ ]*node /.test(commandLine);
  if (commandLine.includes('chip-cell')) return isCell ? 'chip-cell' : 'walls';
  if (commandLine.includes('face-cell')) return isCell ? 'face-cell' : 'walls';
  return commandLine.includes('postgres') ? 'postgres' : 'other';
}

function roleOf(part: string): Role {
  if (part === 'server') return 'server';
  if (part === 'postgres') return 'database';
  return part === 'other' ? 'other' : 'booth';
}
