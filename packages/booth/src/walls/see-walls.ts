import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { WallsSeenInside } from './walls.ts';

/** Where a Linux process commonly finds something to write to. */
const WRITABLE_ELSEWHERE = ['/tmp', '/var/tmp', '/dev/shm', '/run', '/dev', '/mnt'];
/** Mounts that are not read-only and hold no files: the kernel's view of this process, and the empty device. */
const NO_FILES = ['/proc', '/dev/null'];

/** What this process can see of its own walls. Fails open to `false`: what cannot be seen is not claimed. */
export function seeWalls(): WallsSeenInside {
  const status = readLines('/proc/self/status');
  const limits = readLines('/proc/self/limits');
  const field = (name: string) => status.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1).trim();
  /** The soft and the hard limit are the same number: it cannot raise it. */
  const bounded = (name: string) => limits.some((line) => new RegExp(String.raw`^${name}\s+(\d+)\s+\1\s`).test(line));
  return {
    noNetwork: onlyLoopback(),
    readOnlyRoot: refusesWrites(''),
    noWritablePath: everyMountIsReadOnly() && ['', ...WRITABLE_ELSEWHERE, process.cwd()].every((folder) => refusesWrites(folder)),
    noDevices: onlyTheEmptyDevice(),
    noPrivileges: field('CapEff') === '0000000000000000' && field('CapBnd') === '0000000000000000' && field('NoNewPrivs') === '1',
    systemCallFilter: field('Seccomp') === '2',
    noCoreDump: limits.some((line) => /^Max core file size\s+0\s+0\s/.test(line)),
    memoryBound: bounded('Max data size'),
    timeBound: bounded('Max cpu time'),
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

function onlyTheEmptyDevice(): boolean {
  try {
    return readdirSync('/dev').join(' ') === 'null';
  } catch {
    return false;
  }
}

/** @source proc(5) /proc/pid/mountinfo: the fifth field is the mount point, the sixth its options */
function everyMountIsReadOnly(): boolean {
  const mounts = readLines('/proc/self/mountinfo').filter((line) => line !== '').map((line) => line.split(' '));
  return mounts.length > 0 && mounts.every((fields) => fields[5]!.split(',').includes('ro') || NO_FILES.includes(fields[4]!));
}

function refusesWrites(folder: string): boolean {
  const probe = `${folder}/visavis-wall-probe`;
  try {
    writeFileSync(probe, '');
    rmSync(probe);
    return false;
  } catch (refusal) {
    const { code } = refusal as NodeJS.ErrnoException;
    return code === 'EROFS' || code === 'EACCES' || code === 'ENOENT' || code === 'ERR_ACCESS_DENIED';
  }
}
