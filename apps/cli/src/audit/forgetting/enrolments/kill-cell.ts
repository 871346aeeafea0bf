import { setTimeout as delay } from 'node:timers/promises';
import { cellOf, processesOf } from '../places/server-under-audit.ts';

/** Long enough to tell a cell that works from one that waits: CPU time is told in steps of 10 ms. */
const WATCH_MS = 250;

/**
 * SIGKILL to the cell of that sort that works the hardest just now, as a crash would: from outside nobody can tell
 * whose it is.
 * @returns whether there was one that worked
 */
export async function killBusiestCell(serverPid: number, sort: 'chip-cell' | 'face-cell'): Promise<boolean> {
  const cells = () => new Map(processesOf(serverPid).filter(({ commandLine }) => cellOf(commandLine) === sort).map(({ pid, cpuSeconds }) => [pid, cpuSeconds]));
  const before = cells();
  await delay(WATCH_MS);
  const worked = [...cells()].map(([pid, cpuSeconds]) => ({ pid, seconds: before.has(pid) ? cpuSeconds - before.get(pid)! : 0 })).filter(({ seconds }) => seconds > 0);
  const [busiest] = worked.toSorted((a, b) => b.seconds - a.seconds);
  if (busiest === undefined) return false;
  try {
    process.kill(busiest.pid, 'SIGKILL');
    return true;
  } catch {
    // It ended by itself just then.
    return false;
  }
}
