import { type CellProgram, plainCommand } from '../walls/cell-command.ts';
import { type Cell, startCell } from './cell.ts';
import { CELL_START_MS } from './start-behind-walls.ts';

/** Switches the walls off, so that a measurement can tell what they cost. Reached by `@visavis/booth/unsafe` only. */
export const withoutWalls: unique symbol = Symbol('a booth without walls');

/** The same program as a plain process of this user. */
export function startWithoutWalls(program: CellProgram, errors: 'ignore' | 'inherit'): Cell {
  return startCell(plainCommand(program), { seccomp: undefined, memoryMiB: program.memoryMiB, startMs: CELL_START_MS, errors });
}
