import { readdirSync, readFileSync } from 'node:fs';

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

/** Linux gives CPU time in ticks of 10 ms (USER_HZ). */
const TICKS_PER_SECOND = 100;

/**
 * Watches a server and all its descendants through /proc (Linux only). CPU of a process that ends between two
 * samples is counted up to the last sample: at 50 ms, a cell's figure is low by 50 ms at most.
 */
export class ProcessSampler {
  readonly #rootPid: number;
  readonly #samples = new Map<number, Sample>();
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
    const children = new Map<number, number[]>();
    const cpu = new Map<number, number>();
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The command name may hold spaces and parentheses; fields are counted after the last one.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const pid = Number(name);
        const parent = Number(fields[1]);
        children.set(parent, [...(children.get(parent) ?? []), pid]);
        cpu.set(pid, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND);
      } catch {
        // It ended while we looked.
      }
    }
    const queue = [this.#rootPid];
    for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
      queue.push(...(children.get(pid) ?? []));
      this.#record(pid, cpu.get(pid) ?? 0);
    }
  }

  #record(pid: number, cpuSeconds: number): void {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const peakMiB = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
      const known = this.#samples.get(pid);
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const part = partOf(commandLine, pid === this.#rootPid);
      // setpriv becomes bwrap becomes node: the last command line is the one that counts.
      const role = roleOf(part);
      this.#samples.set(pid, { role, part, cpuSeconds: Math.max(cpuSeconds, known?.cpuSeconds ?? 0), peakMiB: Math.max(peakMiB, known?.part === part ? known.peakMiB : 0) });
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
