import { setTimeout as delay } from 'node:timers/promises';
import { goThrough } from '../citizen/go-through.ts';
import { modelsDir, startSystem, type System } from '../system/start-system.ts';
import { cellMemory } from './booth/cell-memory.ts';
import { measureSealing } from './booth/measure-sealing.ts';
import { measureWalls } from './booth/measure-walls.ts';
import { percentile } from './percentile.ts';
import { ProcessSampler } from './process-sampler.ts';

/** Face rooms of the measured server; it has two chip rooms more. */
const BOOTHS = 2;
const CITIZENS_AT_ONCE = [1, 2, 4] as const;
/** Cells that were just started still collect what their start threw away. */
const SETTLE_MS = 3000;

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

interface Level {
  readonly citizens: number;
  readonly n: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly verdictMedianMs: number;
  readonly verdictP95Ms: number;
  /** Of those who waited in a line: how long, and how long they were told they would. */
  readonly waited: { readonly n: number; readonly medianMs: number; readonly estimateMedianMs: number };
}

/**
 * What sealed rooms cost: their start, the memory of one that waits, processor time of an enrolment, the time from the
 * last frame to the verdict alone and in company, and what walls and sealing add to the same work without them. The
 * synthetic citizens are rendered on the same machine and compete with the booths for it: figures for company are
 * upper bounds. Ends with a server that has `n` enrolments behind it per level.
 */
export async function benchBooth(n: number, progress: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const walls = await measureWalls(n, modelsDir, progress);
  const sealing = await measureSealing();
  const system = await startSystem({ ports: 'free', booths: BOOTHS, enrolmentsPerMinute: 1000, boothsPerAddress: BOOTHS + 2 });
  const sampler = new ProcessSampler(system.server.pid);
  try {
    await delay(SETTLE_MS);
    const [chipCell, faceCell] = [cellMemory(system.server.pid, 'chip-cell'), cellMemory(system.server.pid, 'face-cell')];
    const before = sampler.use();
    const levels: Level[] = [];
    const cpu = { booth: 0, server: 0, database: 0, other: 0 };
    let member = 0;
    for (const citizens of CITIZENS_AT_ONCE) {
      const rounds = Math.max(2, Math.ceil(n / citizens));
      levels.push(await measureLevel(system, citizens, rounds, member));
      member += citizens * rounds;
      progress(`${citizens} at once: ${JSON.stringify(levels.at(-1))}`);
      if (citizens !== 1) continue;
      const after = sampler.use();
      for (const role of ['booth', 'server', 'database', 'other'] as const) cpu[role] = (after.cpuSeconds[role] - before.cpuSeconds[role]) / rounds;
    }
    const alone = levels[0]!;
    const cpuSeconds = cpu.booth + cpu.server + cpu.database + cpu.other;
    // What opening frames costs is in both sides of the walls' measurement.
    const openingMs = sealing.openMsPerFrame - sealing.plainMsPerFrame;
    const bare = walls.cpuMsPerFrame.plain - openingMs;
    return {
      n,
      poolStartMs: round(walls.poolStartMs.walls, 0),
      idleMiBPerBooth: round(chipCell.proportionalMiB + (faceCell.proportionalMiB * faceCell.cells) / chipCell.cells),
      idleMiB: { chipCell: rounded(chipCell), faceCell: rounded(faceCell) },
      enrolmentsPerCoreHour: round(3600 / cpuSeconds, 0),
      cpuSecondsPerEnrolment: { all: round(cpuSeconds, 2), booth: round(cpu.booth, 2), server: round(cpu.server, 2), database: round(cpu.database, 2), signer: round(cpu.other, 2) },
      lastFrameToVerdictMs: { median: alone.verdictMedianMs, p95: alone.verdictP95Ms },
      concurrency: levels,
      wallsOverhead: round((walls.cpuMsPerFrame.walls - bare) / bare, 4),
      overhead: {
        walls: round(walls.cpuMsPerFrame.walls / walls.cpuMsPerFrame.plain - 1, 4),
        sealing: round(openingMs / bare, 4),
        startUpMs: { walls: round(walls.poolStartMs.walls, 0), plain: round(walls.poolStartMs.plain, 0) },
        cpuMsPerFrame: { walls: round(walls.cpuMsPerFrame.walls, 2), plain: round(walls.cpuMsPerFrame.plain, 2) },
        cpuMsPerFrameRange: { walls: walls.cpuMsPerFrameRange.walls.map((value) => round(value, 2)), plain: walls.cpuMsPerFrameRange.plain.map((value) => round(value, 2)) },
        cpuSecondsPerEnrolment: { walls: round(walls.cpuSecondsPerEnrolment.walls, 2), plain: round(walls.cpuSecondsPerEnrolment.plain, 2) },
        framesPerEnrolment: walls.framesPerEnrolment,
        sealingMsPerFrame: { open: round(sealing.openMsPerFrame, 3), plain: round(sealing.plainMsPerFrame, 3), seal: round(sealing.sealMsPerFrame, 3), frameBytes: sealing.frameBytes, n: sealing.n },
        n: walls.n,
      },
    };
  } finally {
    sampler.stop();
    await system.stop();
  }
}

const rounded = ({ cells, privateMiB, proportionalMiB }: ReturnType<typeof cellMemory>) => ({ cells, privateMiB: round(privateMiB), proportionalMiB: round(proportionalMiB) });

/** Rounds of so many citizens who come at the same moment. */
async function measureLevel(system: System, citizens: number, rounds: number, firstMember: number): Promise<Level> {
  const verdictMs: number[] = [];
  const waits: { readonly waitedMs: number; readonly estimateMs: number }[] = [];
  const refused: Record<string, number> = {};
  for (let i = 0; i < rounds; i++) {
    await Promise.all(Array.from({ length: citizens }, async (_, j) => {
      let queuedAt: { readonly ms: number; readonly estimateMs: number } | undefined;
      try {
        const { times } = await goThrough({
          system,
          member: firstMember + i * citizens + j,
          onStep: () => {},
          onProgress: (told) => {
            if (told.stage === 'queued') queuedAt ??= { ms: told.atMs, estimateMs: told.estimateMs };
            else if (queuedAt !== undefined) {
              waits.push({ waitedMs: told.atMs - queuedAt.ms, estimateMs: queuedAt.estimateMs });
              queuedAt = undefined;
            }
          },
        });
        verdictMs.push(times.verdict);
      } catch (error) {
        const code = /[A-Z]+_[A-Z_]+/.exec(String(error))?.[0] ?? 'OTHER';
        refused[code] = (refused[code] ?? 0) + 1;
      }
    }));
  }
  if (verdictMs.length === 0) throw new Error(`nobody of ${citizens} at once got through: ${JSON.stringify(refused)}`);
  const median = (values: readonly number[]): number => (values.length === 0 ? 0 : round(percentile(values, 50), 0));
  return {
    citizens,
    n: verdictMs.length,
    refused,
    verdictMedianMs: median(verdictMs),
    verdictP95Ms: round(percentile(verdictMs, 95), 0),
    waited: { n: waits.length, medianMs: median(waits.map(({ waitedMs }) => waitedMs)), estimateMedianMs: median(waits.map(({ estimateMs }) => estimateMs)) },
  };
}
