import { bubblewrapCommand, type CellProgram, findBubblewrap, permissionModelCommand } from '../walls/cell-command.ts';
import { makeControlGroup } from '../walls/control-group.ts';
import { seccompFilter } from '../walls/seccomp-filter.ts';
import type { Walls } from '../walls/walls.ts';
import { type Cell, startCell } from './cell.ts';

/** A cell that is not ready by then is not going to be: networks load in a second, on a busy machine in tens. */
export const CELL_START_MS = 90_000;

/** Tries a cell behind bubblewrap: user namespaces may be closed on this machine, which only trying shows. */
export async function bestWalls(program: CellProgram): Promise<Walls['kind']> {
  if (findBubblewrap() === undefined) return 'permissionModel';
  const probe = startBehindWalls('bubblewrap', program, 'ignore');
  const stands = (await probe.ready) !== undefined;
  await probe.kill();
  return stands ? 'bubblewrap' : 'permissionModel';
}

/** Starts a cell behind the best walls of their kind: its own control group where one can be made, a filter where we have one. */
export function startBehindWalls(kind: Walls['kind'], program: CellProgram, errors: 'ignore' | 'inherit'): Cell {
  const bwrap = findBubblewrap();
  const { memoryMiB } = program;
  if (kind === 'permissionModel' || bwrap === undefined) return startCell(permissionModelCommand(program), { seccomp: undefined, memoryMiB, startMs: CELL_START_MS, errors });
  const seccomp = seccompFilter(process.arch);
  const group = makeControlGroup(memoryMiB);
  const command = bubblewrapCommand(bwrap, program, { isRoot: process.getuid?.() === 0, withSeccomp: seccomp !== undefined, groups: group?.folders ?? [] });
  return startCell(command, { seccomp, group, memoryMiB, startMs: CELL_START_MS, errors });
}
