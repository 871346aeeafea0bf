import { readFileSync } from 'node:fs';
import type { WallsSeen } from './walls.ts';

/** What only a cell's parent can see of its walls. False where it cannot be seen. */
export const seeFromOutside = (pid: number | undefined, group: { readonly noSwap: boolean } | undefined): Pick<WallsSeen, 'unprivilegedUser' | 'noSwap'> => ({ unprivilegedUser: runsUnprivileged(pid), noSwap: group?.noSwap === true || machineHasNoSwap() });

/** Whether neither this process nor any below it belongs to root, read from outside its user namespace. */
function runsUnprivileged(pid: number | undefined): boolean {
  if (process.platform !== 'linux') return process.getuid !== undefined && process.getuid() !== 0;
  if (pid === undefined) return false;
  try {
    const uids = /^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.split(/\s+/) ?? [];
    return uids.length === 4 && uids.every((uid) => uid !== '0') && childrenOf(pid).every((child) => runsUnprivileged(child));
  } catch {
    return false;
  }
}

/** Processes started by a process's main thread. @throws when it is gone */
export function childrenOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ').map(Number);
}

/** `/proc/swaps` has a heading and one line for each place that is swapped to. */
function machineHasNoSwap(): boolean {
  try {
    return readFileSync('/proc/swaps', 'utf8').trim().split('\n').length === 1;
  } catch {
    return false;
  }
}
