import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessSeen {
  readonly pid: number;
  /** With the number it names one process for good: numbers are used again. */
  readonly startedAtTick: number;
  readonly commandLine: string;
  /** User and system time so far. */
  readonly cpuSeconds: number;
}

/** Linux gives CPU time in ticks of 10 ms (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** A process and everything below it, as /proc shows them now (Linux only). */
export function processTree(rootPid: number): ProcessSeen[] {
  const children = new Map<number, number[]>();
  const cpu = new Map<number, number>();
  const started = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The command name may hold spaces and parentheses; fields are counted after the last one.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const pid = Number(name);
      const parent = Number(fields[1]);
      children.set(parent, [...(children.get(parent) ?? []), pid]);
      started.set(pid, Number(fields[19]));
      cpu.set(pid, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND);
    } catch {
      // It ended while we looked.
    }
  }
  const tree: ProcessSeen[] = [];
  const queue = [rootPid];
  for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
    queue.push(...(children.get(pid) ?? []));
    try {
      tree.push({ pid, startedAtTick: started.get(pid) ?? 0, commandLine: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '), cpuSeconds: cpu.get(pid) ?? 0 });
    } catch {
      // It ended while we looked.
    }
  }
  return tree;
}
