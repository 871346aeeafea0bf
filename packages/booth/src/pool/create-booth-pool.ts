import { err, ok, type Result } from '@visavis/kernel';
import { boothFaults } from '../faults.ts';
import { bubblewrapCommand, type CellCommand, type CellProgram, findBubblewrap, permissionModelCommand } from '../walls/cell-command.ts';
import { seccompFilter } from '../walls/seccomp-filter.ts';
import { foldWalls, type Walls } from '../walls/walls.ts';
import { type Cell, startCell } from './cell.ts';
import { CellStock, type StockSize } from './cell-stock.ts';
import { type Booth, BOOTH_LIMITS, type OpenBooth, openBooth } from './open-booth.ts';

/** A cell that is not ready by then is not going to be: networks load in seconds, on a busy machine in tens. */
const CELL_START_MS = 90_000;
/** How long a citizen waits for a room before being told that none is free. */
const CHIP_CELL_WAIT_MS = 10_000;
const CHIP_CELL_HEAP_MIB = 192;
const FACE_CELL_HEAP_MIB = 512;

export interface BoothPoolOptions {
  /** Booths started ahead, and booths at once. */
  readonly chipCells: StockSize;
  /** Face cells are large: a citizen holds one only from the accepted document to the verdict. */
  readonly faceCells: StockSize;
  /** Absolute path of the face networks' folder, as `createFaceEngine` takes it. */
  readonly modelsDir: string;
  /** Shorter than the 5 minutes a booth lives, for tests. */
  readonly lifetimeMs?: number;
  /** `inherit` is for tests on made-up people only: an exception's words may quote what a cell was handling. */
  readonly cellErrors?: 'ignore' | 'inherit';
  /** For tests of a face cell that was taken over: another program in its place, behind the same walls. */
  readonly faceProgram?: Pick<CellProgram, 'entry' | 'arguments'>;
}

export interface BoothPool {
  /**
   * A booth for one enrolment, its keys just born.
   * @faults BOOTH_NONE_FREE, BOOTH_CELL_DIED, BOOTH_TRUST_ANCHORS_INVALID
   */
  open(o: OpenBooth): Promise<Result<Booth>>;
  /** Which walls stand, as the cells see them. */
  walls(): Walls;
  /** Ends every booth and every waiting cell. */
  close(): Promise<void>;
}

/**
 * Starts the pool and waits for its first cells. Behind bubblewrap where that works, else behind Node's permission
 * model; {@link BoothPool.walls} says which.
 * @throws when no cell can be started: a server without booths must not come up
 */
export async function createBoothPool(o: BoothPoolOptions): Promise<BoothPool> {
  const errors = o.cellErrors ?? 'ignore';
  const chipProgram: CellProgram = { entry: 'chip-cell/main.ts', heapMiB: CHIP_CELL_HEAP_MIB, native: false, folders: [], arguments: [] };
  const faceProgram: CellProgram = { entry: 'face-cell/main.ts', heapMiB: FACE_CELL_HEAP_MIB, native: true, folders: [o.modelsDir], arguments: [o.modelsDir], ...o.faceProgram };
  const kind = await bestWalls(chipProgram);
  const start = (program: CellProgram) => startBehind(kind, program, errors);
  const chipCells = new CellStock(o.chipCells, () => start(chipProgram));
  const faceCells = new CellStock(o.faceCells, () => start(faceProgram));
  const booths = new Set<Booth>();
  const close = async (): Promise<void> => {
    await Promise.all([...booths].map((booth) => booth.close('BOOTH_SHUT_DOWN')));
    await Promise.all([chipCells.close(), faceCells.close()]);
  };
  const [chipReady, faceReady] = await Promise.all([chipCells.anyReady(CELL_START_MS), faceCells.anyReady(CELL_START_MS)]);
  if (!chipReady || !faceReady) {
    await close();
    throw new Error(`no ${chipReady ? 'face' : 'chip'} cell could be started (${kind}); set cellErrors to 'inherit' in a test to see why`);
  }
  return {
    async open(request) {
      const chipCell = await chipCells.take(CHIP_CELL_WAIT_MS);
      if (chipCell === undefined) return err(boothFaults.fault('BOOTH_NONE_FREE'));
      const opened = await openBooth({ ...request, chipCell, takeFaceCell: (waitMs) => faceCells.take(waitMs), lifetimeMs: Math.min(o.lifetimeMs ?? BOOTH_LIMITS.lifetimeMs, BOOTH_LIMITS.lifetimeMs) });
      if (!opened.ok) return opened;
      booths.add(opened.value);
      void opened.value.ended.then(() => booths.delete(opened.value));
      return ok(opened.value);
    },
    walls: () => foldWalls(kind, [...chipCells.wallsSeen, ...faceCells.wallsSeen]),
    close,
  };
}

/** Tries a cell behind bubblewrap: user namespaces may be closed on this machine, which only trying shows. */
async function bestWalls(program: CellProgram): Promise<Walls['kind']> {
  if (findBubblewrap() === undefined) return 'permissionModel';
  const probe = startBehind('bubblewrap', program, 'ignore');
  const stands = (await probe.ready) !== undefined;
  await probe.kill();
  return stands ? 'bubblewrap' : 'permissionModel';
}

function startBehind(kind: Walls['kind'], program: CellProgram, errors: 'ignore' | 'inherit'): Cell {
  const bwrap = findBubblewrap();
  if (kind === 'permissionModel' || bwrap === undefined) return startCell(permissionModelCommand(program), { seccomp: undefined, startMs: CELL_START_MS, errors });
  const seccomp = seccompFilter(process.arch);
  const command: CellCommand = bubblewrapCommand(bwrap, program, process.getuid?.() === 0, seccomp !== undefined);
  return startCell(command, { seccomp, startMs: CELL_START_MS, errors });
}
