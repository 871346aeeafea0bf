import { readFileSync } from 'node:fs';

/**
 * Whether neither this process nor any below it belongs to root, read from outside its user namespace. False when that
 * cannot be read.
 */
export function runsUnprivileged(pid: number | undefined): boolean {
  if (process.platform !== 'linux') return process.getuid !== undefined && process.getuid() !== 0;
  if (pid === undefined) return false;
  try {
    const uids = /^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.split(/\s+/) ?? [];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return uids.length === 4 && uids.every((uid) => uid !== '0') && (children === '' || children.split(' ').every((child) => runsUnprivileged(Number(child))));
  } catch {
    return false;
  }
}
