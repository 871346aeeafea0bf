import { existsSync } from 'node:fs';

/**
 * Whether a name that carries a process number behind `prefix` was left by a process that is no more (Linux). A number
 * that another process has by now keeps what it names until that one is gone too.
 */
export function ownerIsGone(name: string, prefix: string): boolean {
  const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : process.pid;
  return pid !== process.pid && !existsSync(`/proc/${pid}`);
}
