/**
 * Which walls stand around the cells, as each cell saw them at birth and, for its user, as the parent saw it: nothing
 * here is what was asked for, all of it is what was found.
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
  /** No capability, and none can be gained. */
  readonly noPrivileges: boolean;
  /** A seccomp filter refuses sockets, new processes and looking into other processes. */
  readonly systemCallFilter: boolean;
  /** A crash writes no memory to disk. */
  readonly noCoreDump: boolean;
}

export type WallsSeen = Omit<Walls, 'kind'>;
export type WallsSeenInside = Omit<WallsSeen, 'unprivilegedUser'>;

/** A wall stands only where every cell saw it. */
export function foldWalls(kind: Walls['kind'], seen: readonly WallsSeen[]): Walls {
  const all = (wall: keyof WallsSeen) => seen.length > 0 && seen.every((walls) => walls[wall]);
  return {
    kind,
    unprivilegedUser: all('unprivilegedUser'),
    noNetwork: all('noNetwork'),
    readOnlyRoot: all('readOnlyRoot'),
    noPrivileges: all('noPrivileges'),
    systemCallFilter: all('systemCallFilter'),
    noCoreDump: all('noCoreDump'),
  };
}
