import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { nativePackages, systemLibraries } from './system-libraries.ts';

/** Debian's `nobody` and `nogroup`: owners of nothing. */
const NOBODY = '65534';
/** File descriptors of a cell, by their place in `stdio`. */
const IPC_FD = 3;
export const SECCOMP_FD = 4;
/** A folder of the private mount namespace where what the cell may read is gathered. It only has to exist everywhere. */
const GATHER = '/mnt';
const ENVIRONMENT = {
  // The network runtime reports its use to its maker over the internet unless told not to (on by default since 1.29).
  ORT_DISABLE_TELEMETRY: '1',
  // One image and one network at a time: more threads would be stacks and heaps that nobody uses.
  UV_THREADPOOL_SIZE: '2',
} as const;
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
/** V8 reserves this much for machine code at once and lets it be written to; the kernel counts it from the first moment. */
const CODE_RANGE_MIB = 512;
/** Open files: Node holds about 25, the two streams of a cell 4. */
const MAX_OPEN_FILES = 64;

export interface CellProgram {
  /** Absolute path of the one file that it runs, as {@link bundledCell} makes it. */
  readonly script: string;
  /** Heap limit of JavaScript, in MiB. */
  readonly heapMiB: number;
  /** Everything that it may hold, native libraries included, in MiB. */
  readonly memoryMiB: number;
  /** Processor time it may use before the kernel ends it, in seconds. */
  readonly cpuSeconds: number;
  /** Whether it loads native libraries. */
  readonly native: boolean;
  /** Folders that it may read, by absolute path. */
  readonly folders: readonly string[];
  readonly arguments: readonly string[];
}

export interface CellCommand {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Where Debian and its like put bubblewrap; undefined elsewhere. */
export function findBubblewrap(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap'].find((path) => existsSync(path));
}

/**
 * The command that starts a cell behind bubblewrap's walls: no network, an empty root that cannot be written to with
 * nothing in it but Node, the C libraries it loads, the cell's one file and what that needs; no device, no capability,
 * nothing of this process's environment, no other process to see; memory, processor time and files bounded by the kernel.
 *
 * As root the user is dropped *outside* first: `bwrap --uid` alone leaves the process root on the machine. What the
 * dropped user must read may lie below a folder only root can enter, so it is gathered in a mount namespace of its own.
 * @param groups control group folders that it joins before anything else
 */
export function bubblewrapCommand(bwrap: string, program: CellProgram, o: { readonly isRoot: boolean; readonly withSeccomp: boolean; readonly groups: readonly string[] }): CellCommand {
  const shown = [process.execPath, program.script, ...(program.native ? nativePackages() : []), ...program.folders];
  const gathered = (index: number) => (o.isRoot ? `${GATHER}/${index}` : shown[index]!);
  // The network runtime asks how many processors there are.
  const system = [...systemLibraries(program.native), '/etc/ld.so.cache', ...(program.native ? ['/sys/devices/system/cpu'] : [])].filter((path) => existsSync(path));
  const inside = [
    '--unshare-all', '--die-with-parent', '--as-pid-1', '--clearenv', '--cap-drop', 'ALL',
    '--setenv', 'NODE_CHANNEL_FD', String(IPC_FD),
    ...Object.entries(ENVIRONMENT).flatMap(([name, value]) => ['--setenv', name, value]),
    ...system.flatMap((path) => ['--ro-bind', path, path]),
    '--proc', '/proc', '--dev-bind', '/dev/null', '/dev/null',
    ...shown.flatMap((path, index) => ['--ro-bind', gathered(index), path]),
    ...(o.withSeccomp ? ['--seccomp', String(SECCOMP_FD)] : []),
    '--remount-ro', '/', '--chdir', dirname(program.script),
    process.execPath, ...nodeArguments(program),
  ]; // prettier-ignore
  const environment = { PATH: SYSTEM_PATH };
  const join = o.groups.map((folder) => `echo $$ > "${folder}/cgroup.procs"`).join('; ');
  // No core file, no file longer than nothing. `-d` is all private memory that can be written to, used or not.
  const limit = `ulimit -c 0; ulimit -f 0; ulimit -n ${MAX_OPEN_FILES}; ulimit -t ${program.cpuSeconds}; ulimit -d ${(CODE_RANGE_MIB + program.memoryMiB) * 1024}`;
  if (!o.isRoot) return { file: 'sh', arguments: ['-c', `set -e; ${join}\n${limit}; exec "$@"`, 'cell', bwrap, ...inside], environment };
  const gather = `set -e; ${join}
mount -t tmpfs -o mode=0755,size=1m tmpfs ${GATHER}; i=0
while [ "$1" != -- ]; do if [ -d "$1" ]; then mkdir "${GATHER}/$i"; else : > "${GATHER}/$i"; fi; mount --bind "$1" "${GATHER}/$i"; i=$((i+1)); shift; done; shift; ${limit}; exec "$@"`;
  const drop = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs'];
  return { file: 'unshare', arguments: ['--mount', '--propagation', 'private', 'sh', '-c', gather, 'cell', ...shown, '--', ...drop, bwrap, ...inside], environment };
}

/** Elsewhere: Node's permission model. It closes files and child processes, not the network. */
export function permissionModelCommand(program: CellProgram): CellCommand {
  const readable = [program.script, ...(program.native ? [...nativePackages(), '/proc/cpuinfo'] : []), ...program.folders, '/proc/self'];
  const permission = ['--permission', ...readable.map((path) => `--allow-fs-read=${path}`), ...(program.native ? ['--allow-addons', '--allow-worker', '--allow-wasi'] : [])];
  return { file: process.execPath, arguments: [...permission, ...nodeArguments(program)], environment: ENVIRONMENT };
}

/** No walls at all, for measuring what walls cost. */
export function plainCommand(program: CellProgram): CellCommand {
  return { file: process.execPath, arguments: nodeArguments(program), environment: ENVIRONMENT };
}

function nodeArguments(program: CellProgram): readonly string[] {
  return [
    `--max-old-space-size=${program.heapMiB}`,
    // What is thrown away at once is collected soon: a frame's leftovers, and a waiting cell's start.
    '--max-semi-space-size=1',
    // No code is ever made from what a stranger sent.
    ...(program.native ? [] : ['--disallow-code-generation-from-strings']),
    '--no-warnings',
    program.script,
    ...program.arguments,
  ];
}
