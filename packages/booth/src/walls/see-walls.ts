import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { WallsSeenInside } from './walls.ts';

/** What this process can see of its own walls. Fails open to `false`: what cannot be seen is not claimed. */
export function seeWalls(): WallsSeenInside {
  const status = readLines('/proc/self/status');
  const field = (name: string) => status.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1).trim();
  return {
    noNetwork: onlyLoopback(),
    readOnlyRoot: rootRefusesWrites(),
    noPrivileges: field('CapEff') === '0000000000000000' && field('CapBnd') === '0000000000000000' && field('NoNewPrivs') === '1',
    systemCallFilter: field('Seccomp') === '2',
    noCoreDump: readLines('/proc/self/limits').some((line) => /^Max core file size\s+0\s+0\s/.test(line)),
  };
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function onlyLoopback(): boolean {
  const interfaces = readLines('/proc/self/net/dev').flatMap((line) => (line.includes(':') ? [line.split(':')[0]!.trim()] : []));
  return interfaces.length > 0 && interfaces.every((name) => name === 'lo');
}

function rootRefusesWrites(): boolean {
  const probe = '/visavis-wall-probe';
  try {
    writeFileSync(probe, '');
    rmSync(probe);
    return false;
  } catch (refusal) {
    const code = (refusal as NodeJS.ErrnoException).code;
    return code === 'EROFS' || code === 'EACCES' || code === 'ERR_ACCESS_DENIED';
  }
}
