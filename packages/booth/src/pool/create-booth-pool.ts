import type { TrustAnchors } from '@visavis/contract';
import { faceFaults, readFaceFolder } from '@visavis/face/policy';
import { MAX_TRUST_ANCHOR_BYTES, packTrustAnchors } from '../cell/carry-trust-anchors.ts';
import { operatorsFaceArguments } from '../decision/face-policy-in-force.ts';
import { bundledCell } from '../walls/cell-bundle.ts';
import type { CellProgram } from '../walls/cell-command.ts';
import { foldWalls } from '../walls/walls.ts';
import type { Cell } from './cell.ts';
import { CellStock, type StockSize } from './cell-stock.ts';
import { assemblePool, type BoothPool } from './assemble-pool.ts';
import { faceRefused } from './face-refused.ts';
import { sweepPassingFolders } from './passing-folder.ts';
import { prepareWith } from './prepare-chip-cell.ts';
import { bestWalls, CELL_START_MS, startBehindWalls } from './start-behind-walls.ts';
import { startWithoutWalls, withoutWalls } from './without-walls.ts';

/** What JavaScript may hold. A chip is read into a few hundred kilobytes, the trust anchors of all states into some MiB. */
const CHIP_CELL_HEAP_MIB = 128;
const FACE_CELL_HEAP_MIB = 256;
/** All that a cell may hold, as the kernel counts it: about twice what one with the longest script was seen to use. */
const CHIP_CELL_MEMORY_MIB = 384;
const FACE_CELL_MEMORY_MIB = 768;
/** A chip session is milliseconds of arithmetic, the frames of two scripts some ten thousand decryptions. */
const CHIP_CELL_CPU_SECONDS = 60;
/** Two scripts with every frame looked at, on a slow machine: all of a booth's eight minutes. */
const FACE_CELL_CPU_SECONDS = 480;

export interface BoothPoolOptions {
  /** Booths started ahead, and booths at once. */
  readonly chipCells: StockSize;
  /** Face cells are large: a citizen holds one only from the accepted document to the verdict. */
  readonly faceCells: StockSize;
  /** Absolute path of the face networks' folder, as `createFaceEngine` takes it. */
  readonly modelsDir: string;
  /**
   * Absolute path of an operator's folder with a face policy, its evidence and the networks it was measured with. All
   * cells read it; left out: the policy and the networks that ship.
   */
  readonly faceFolder?: string | undefined;
  /** What chip cells read ahead, while they wait; enrolments with other anchors have theirs read at their start. */
  readonly trustAnchors?: TrustAnchors;
  /** Shorter than the 8 minutes a booth lives, for tests. */
  readonly lifetimeMs?: number;
  /** `inherit` is for tests on made-up people only: an exception's words may quote what a cell was handling. */
  readonly cellErrors?: 'ignore' | 'inherit';
  /** For tests of a face cell that was taken over: another program in its place, behind the same walls. */
  readonly faceProgram?: { readonly entry: string; readonly arguments: readonly string[] };
  /** For measuring what walls cost. */
  readonly [withoutWalls]?: true;
}

/**
 * Starts the pool and waits for its first cells. Behind bubblewrap where that works, else behind Node's permission
 * model; {@link BoothPool.walls} says which.
 * @throws when no cell can be started: a server without booths must not come up; with the code first when the
 * operator's face networks or policy are refused
 */
export async function createBoothPool(o: BoothPoolOptions): Promise<BoothPool> {
  await sweepPassingFolders();
  const errors = o.cellErrors ?? 'ignore';
  // Seen here first, so that the operator is told; each cell reads it again and takes no other policy than this one.
  const face = o.faceFolder === undefined ? undefined : await readFaceFolder(o.faceFolder);
  if (face?.ok === false) throw faceRefused(face.fault);
  const operators = face && { folder: o.faceFolder!, seal: face.value.policy.seal };
  const rules = operatorsFaceArguments(operators);
  const faceFolders = operators === undefined ? [] : [operators.folder];
  const [chipScript, faceScript] = await Promise.all([bundledCell('chip-cell/main.ts'), bundledCell(o.faceProgram?.entry ?? 'face-cell/main.ts')]);
  const chipProgram: CellProgram = { script: chipScript, heapMiB: CHIP_CELL_HEAP_MIB, memoryMiB: CHIP_CELL_MEMORY_MIB, cpuSeconds: CHIP_CELL_CPU_SECONDS, native: false, folders: faceFolders, arguments: rules };
  const faceProgram: CellProgram = { script: faceScript, heapMiB: FACE_CELL_HEAP_MIB, memoryMiB: FACE_CELL_MEMORY_MIB, cpuSeconds: FACE_CELL_CPU_SECONDS, native: true, folders: [o.modelsDir, ...faceFolders], arguments: o.faceProgram?.arguments ?? [o.modelsDir, ...rules] };
  const kind = await bestWalls({ ...chipProgram, folders: [], arguments: [] });
  const start = (program: CellProgram) => (o[withoutWalls] === true ? startWithoutWalls(program, errors) : startBehindWalls(kind, program, errors));
  const prepare = o.trustAnchors === undefined || packTrustAnchors(o.trustAnchors).tail.length > MAX_TRUST_ANCHOR_BYTES ? (cell: Cell) => cell : prepareWith(o.trustAnchors);
  const chipCells = new CellStock(o.chipCells, () => prepare(start(chipProgram)));
  const faceCells = new CellStock(o.faceCells, () => start(faceProgram));
  const pool = assemblePool({ chipCells, faceCells, ...(o.lifetimeMs === undefined ? {} : { lifetimeMs: o.lifetimeMs }), walls: () => foldWalls(kind, [...chipCells.wallsSeen, ...faceCells.wallsSeen]) });
  const [chipReady, faceReady] = await Promise.all([chipCells.anyReady(CELL_START_MS), faceCells.anyReady(CELL_START_MS)]);
  if (!chipReady || !faceReady) {
    await pool.close();
    const refusedBy = chipCells.refusedBy ?? faceCells.refusedBy;
    if (refusedBy !== undefined) throw faceRefused(faceFaults.fault(refusedBy, { where: 'seen by the cells, which run as nobody: everybody has to be able to read the folder' }));
    throw new Error(`no ${chipReady ? 'face' : 'chip'} cell could be started (${kind}); set cellErrors to 'inherit' in a test to see why`);
  }
  return pool;
}
