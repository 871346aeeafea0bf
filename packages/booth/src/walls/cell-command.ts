import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root: packages/booth/src/walls is four folders below it. */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');
/** The rooms a cell may read. Not the registry, not the server, not the made-up state. */
const ROOMS = ['kernel', 'contract', 'emrtd', 'face', 'booth'] as const;
/** Debian's `nobody` and `nogroup`: owners of nothing. */
const NOBODY = '65534';
/** File descriptors of a cell, by their place in `stdio`. */
const IPC_FD = 3;
const SECCOMP_FD = 4;
/** A folder of the private mount namespace where what the cell may read is gathered. It only has to exist everywhere. */
const GATHER = '/mnt';
/** The network runtime reports its use to its maker over the internet unless told not to (on by default since 1.29). */
const QUIET = { ORT_DISABLE_TELEMETRY: '1' } as const;
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

export interface CellProgram {
  /** Below this package's sources. */
  readonly entry: string;
  /** Heap limit of JavaScript, in MiB. */
  readonly heapMiB: number;
  /** Whether it loads native libraries. */
  readonly native: boolean;
  /** Folders beside the rooms that it may read, by absolute path. */
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
 * nothing in it but Node, its C libraries and the rooms it needs, no capability, nothing of this process's environment.
 *
 * As root the user is dropped *outside* first: `bwrap --uid` alone leaves the process root on the machine. What the
 * dropped user must read may lie below a folder only root can enter, so it is gathered in a mount namespace of its own.
 */
export function bubblewrapCommand(bwrap: string, program: CellProgram, isRoot: boolean, withSeccomp: boolean): CellCommand {
  const shown = [process.execPath, ...ROOMS.map((room) => join(ROOT, 'packages', room)), join(ROOT, 'node_modules'), join(ROOT, 'package.json'), ...program.folders];
  const gathered = (index: number) => (isRoot ? `${GATHER}/${index}` : shown[index]!);
  const inside = [
    '--unshare-all', '--die-with-parent', '--clearenv', '--cap-drop', 'ALL',
    '--setenv', 'NODE_CHANNEL_FD', String(IPC_FD),
    ...Object.entries(QUIET).flatMap(([name, value]) => ['--setenv', name, value]),
    ...systemLibraries(),
    '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp',
    ...shown.flatMap((path, index) => ['--ro-bind', gathered(index), path]),
    ...(withSeccomp ? ['--seccomp', String(SECCOMP_FD)] : []),
    '--remount-ro', '/', '--chdir', ROOT,
    process.execPath, ...nodeArguments(program),
  ]; // prettier-ignore
  const environment = { PATH: SYSTEM_PATH };
  if (!isRoot) return { file: 'sh', arguments: ['-c', 'ulimit -c 0; exec "$@"', 'cell', bwrap, ...inside], environment };
  const gather = `set -e; ulimit -c 0; mount -t tmpfs -o mode=0755,size=1m tmpfs ${GATHER}; i=0
while [ "$1" != -- ]; do if [ -d "$1" ]; then mkdir "${GATHER}/$i"; else : > "${GATHER}/$i"; fi; mount --bind "$1" "${GATHER}/$i"; i=$((i+1)); shift; done; shift; exec "$@"`;
  const drop = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs'];
  return { file: 'unshare', arguments: ['--mount', '--propagation', 'private', 'sh', '-c', gather, 'cell', ...shown, '--', ...drop, bwrap, ...inside], environment };
}

/** Elsewhere: Node's permission model. It closes files and child processes, not the network. */
export function permissionModelCommand(program: CellProgram): CellCommand {
  const readable = [join(ROOT, 'packages'), join(ROOT, 'node_modules'), join(ROOT, 'package.json'), ...program.folders, '/proc/self'];
  const permission = ['--permission', ...readable.map((path) => `--allow-fs-read=${path}`), ...(program.native ? ['--allow-addons', '--allow-worker', '--allow-wasi'] : [])];
  return { file: process.execPath, arguments: [...permission, ...nodeArguments(program)], environment: QUIET };
}

function nodeArguments(program: CellProgram): readonly string[] {
  return [
    `--max-old-space-size=${program.heapMiB}`,
    // No code is ever made from what a stranger sent.
    ...(program.native ? [] : ['--disallow-code-generation-from-strings']),
    '--no-warnings',
    join(ROOT, 'packages/booth/src', program.entry),
    ...program.arguments,
  ];
}

/** The C libraries that Node and its native modules load, where this Linux keeps them. */
function systemLibraries(): readonly string[] {
  const folders = ['/usr/lib', '/usr/lib64', '/lib', '/lib64', '/usr/local/lib'].filter((path) => existsSync(path));
  const files = ['/etc/ld.so.cache', '/sys/devices/system/cpu'].filter((path) => existsSync(path));
  return [...folders, ...files].flatMap((path) => ['--ro-bind', path, path]);
}

