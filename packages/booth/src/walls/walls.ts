/**
 * Which walls stand around the cells, as each cell saw them at birth and, for its user and its swap, as the parent saw
 * them: nothing here is what was asked for, all of it is what was found.
 */
export interface Walls {
  /** What the cells are started under. */
  readonly kind: 'bubblewrap' | 'permissionModel';
  /** Not root, as seen from outside: a user namespace of its own shows a process any name it likes. */
  readonly unprivilegedUser: boolean;
  /** No network interface but the loopback of an empty network namespace. */
  readonly noNetwork: boolean;
  /** The root folder cannot be written to. */
  readonly readOnlyRoot: boolean;
  /** Nor any other folder of the disk or of memory. */
  readonly noWritablePath: boolean;
  /** No device but the empty one. */
  readonly noDevices: boolean;
  /** No capability, and none can be gained. */
  readonly noPrivileges: boolean;
  /** A seccomp filter refuses sockets, new processes, looking into other processes and what else no cell needs. */
  readonly systemCallFilter: boolean;
  /** A crash writes no memory to disk. */
  readonly noCoreDump: boolean;
  /** The kernel gives the cell no more memory than its limit. */
  readonly memoryBound: boolean;
  /** The kernel ends the cell after its share of processor time; the parent ends it by the clock as well. */
  readonly timeBound: boolean;
  /** Its memory is never written to disk: the machine has no swap, or the cell's control group allows it none. */
  readonly noSwap: boolean;
}

export type WallsSeen = Omit<Walls, 'kind'>;
export type WallsSeenInside = Omit<WallsSeen, 'unprivilegedUser' | 'noSwap'>;

/** Every wall, and what an operator can do when it does not stand. Production wants all of them. */
export const WALLS: Readonly<Record<keyof WallsSeen, string>> = {
  unprivilegedUser: 'cells run as root: install util-linux (setpriv, unshare) and bubblewrap',
  noNetwork: 'cells reach the network: install bubblewrap and allow user namespaces',
  readOnlyRoot: 'cells can write to the root folder: install bubblewrap and allow user namespaces',
  noWritablePath: 'cells find a folder to write to: install bubblewrap and allow user namespaces',
  noDevices: 'cells find devices: install bubblewrap and allow user namespaces',
  noPrivileges: 'cells can gain privileges: install bubblewrap and allow user namespaces',
  systemCallFilter: 'no system call filter: install bubblewrap on x86-64 or arm64',
  noCoreDump: 'a crash writes a core file: install bubblewrap (a cell is then started with core files off)',
  memoryBound: 'cells may take any amount of memory: install bubblewrap (a cell is then started with a limit)',
  timeBound: 'cells may take any amount of processor time: install bubblewrap (a cell is then started with a limit)',
  noSwap: 'memory may be written to disk: turn swap off (swapoff -a), or give the server a control group of its own with the memory controller (systemd: Delegate=memory pids cpu, DelegateSubgroup=server)',
};

const names = Object.keys(WALLS) as (keyof WallsSeen)[];

/** A wall stands only where every cell saw it. */
export function foldWalls(kind: Walls['kind'], seen: readonly WallsSeen[]): Walls {
  const all = (wall: keyof WallsSeen) => seen.length > 0 && seen.every((walls) => walls[wall]);
  return { kind, ...(Object.fromEntries(names.map((wall) => [wall, all(wall)])) as unknown as WallsSeen) };
}

/** The walls that do not stand, each with what to do about it. Empty: all stand. */
export const missingWalls = (walls: Walls): readonly string[] => names.flatMap((wall) => (walls[wall] ? [] : [`${wall} (${WALLS[wall]})`]));
