import { type BoothPool, type BoothPoolOptions, createBoothPool } from '@visavis/booth';
import { withoutWalls } from '@visavis/booth/unsafe';
import { type ChipRelay, enrol } from '@visavis/client';
import type { TrustAnchors } from '@visavis/contract';
import { fromHex, toHex } from '@visavis/kernel';
import { createChip, createSpecimenState, type Passport, transmitBatch } from '@visavis/specimen';
import { castMember } from '../../citizen/cast-member.ts';
import { createPresenterCamera } from '../../citizen/presenter-camera.ts';
import { processTree } from '../../system/process-tree.ts';
import { percentile } from '../percentile.ts';
import { type BareServer, createBareServer } from './bare-server.ts';

/** The last look at a cell before it dies is at most this old. */
const SAMPLE_EVERY_MS = 20;

interface Run {
  /** From nothing to both cells ready. */
  readonly poolStartMs: number;
  /** Of the enrolment's own two cells, without their start. */
  readonly cpuSeconds: number;
  readonly frames: number;
}

export interface WallsMeasured {
  /** Enrolments on each side. */
  readonly n: number;
  readonly poolStartMs: { readonly walls: number; readonly plain: number };
  /** Medians. A script is drawn at random and takes as long as the citizen takes: the same work is the same number of frames. */
  readonly cpuMsPerFrame: { readonly walls: number; readonly plain: number };
  /** Lowest and highest of each side: a difference of medians that lies within them is noise. */
  readonly cpuMsPerFrameRange: { readonly walls: readonly [number, number]; readonly plain: readonly [number, number] };
  readonly cpuSecondsPerEnrolment: { readonly walls: number; readonly plain: number };
  readonly framesPerEnrolment: number;
}

/** The same enrolment behind walls and without, by turns, each with cells of its own that nobody else uses. */
export async function measureWalls(n: number, modelsDir: string, progress: (line: string) => void): Promise<WallsMeasured> {
  const server = await createBareServer();
  const state = createSpecimenState({ seed: 'bench', nowMs: Date.now() });
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const trustAnchors: TrustAnchors = { specimen: true, cscaCertificates: state.trustAnchors.cscaCertificates.map(base64), crls: state.trustAnchors.crls.map(base64) };
  const runs: Record<'walls' | 'plain', Run[]> = { walls: [], plain: [] };
  for (let i = 0; i < n; i++) {
    // The first of a pair pays for a cold cache: the sides take turns at it.
    for (const side of i % 2 === 0 ? (['walls', 'plain'] as const) : (['plain', 'walls'] as const)) {
      const run = await runOnce({ server, state, trustAnchors, member: i, options: { chipCells: { ready: 1, most: 1 }, faceCells: { ready: 1, most: 1 }, modelsDir, trustAnchors, ...(side === 'plain' ? { [withoutWalls]: true as const } : {}) } });
      runs[side].push(run);
      progress(`walls ${i + 1}/${n}  ${side.padEnd(5)}  start ${Math.round(run.poolStartMs)} ms  ${run.cpuSeconds.toFixed(2)} s of CPU for ${run.frames} frames`);
    }
  }
  const median = (side: 'walls' | 'plain', of: (run: Run) => number): number => percentile(runs[side].map(of), 50);
  const perFrame = (run: Run): number => (1000 * run.cpuSeconds) / run.frames;
  const range = (side: 'walls' | 'plain'): readonly [number, number] => [Math.min(...runs[side].map(perFrame)), Math.max(...runs[side].map(perFrame))];
  const both = (of: (run: Run) => number): { walls: number; plain: number } => ({ walls: median('walls', of), plain: median('plain', of) });
  return {
    n,
    poolStartMs: both((run) => run.poolStartMs),
    cpuMsPerFrame: both(perFrame),
    cpuMsPerFrameRange: { walls: range('walls'), plain: range('plain') },
    cpuSecondsPerEnrolment: both((run) => run.cpuSeconds),
    framesPerEnrolment: percentile([...runs.walls, ...runs.plain].map((run) => run.frames), 50),
  };
}

async function runOnce(o: { readonly server: BareServer; readonly state: ReturnType<typeof createSpecimenState>; readonly trustAnchors: TrustAnchors; readonly member: number; readonly options: BoothPoolOptions }): Promise<Run> {
  const startedMs = performance.now();
  const pool = await createBoothPool(o.options);
  const poolStartMs = performance.now() - startedMs;
  try {
    return { poolStartMs, ...(await enrolOnce(o, pool)) };
  } finally {
    await pool.close();
  }
}

async function enrolOnce(o: { readonly server: BareServer; readonly state: ReturnType<typeof createSpecimenState>; readonly trustAnchors: TrustAnchors; readonly member: number }, pool: BoothPool): Promise<Pick<Run, 'cpuSeconds' | 'frames'>> {
  const citizen = await castMember(o.member);
  const passport = o.state.mintPassport({ ...citizen.passportOrder, portrait: new Uint8Array(Buffer.from(citizen.passportOrder.portrait, 'base64')), access: 'paceAndBac', authentication: 'both' });
  let frames = 0;
  const camera = createPresenterCamera(citizen.presenter(o.member + 1), () => (frames += 1));
  const cpu = watchCpu(new Set(processTree(process.pid).map(({ pid }) => pid)));
  const enrolled = await enrol({
    server: o.server.serve(pool, o.trustAnchors),
    chip: relayTo(passport),
    camera,
    passkeys: { create: () => Promise.resolve({}), get: () => Promise.resolve({}) },
    access: passport.access,
    consent: { faceProcessing: true, identityCreation: true, textVersion: 'bench', language: 'en' },
    operatorKey: o.server.operatorKey,
    logKey: o.server.logKey,
    clock: Date.now,
    onProgress: (told) => camera.onProgress(told),
    onStepFailed: () => Promise.resolve('stop'),
  });
  const cpuSeconds = cpu.stop();
  if (!enrolled.ok) throw new Error(`enrolment refused: ${enrolled.fault.reasons.map(({ code }) => code).join(', ')}`);
  return { cpuSeconds, frames };
}

function relayTo(passport: Passport): ChipRelay {
  const chip = createChip(passport);
  return {
    transmit({ batch, commands }) {
      if (batch === 0) chip.powerOn();
      const { answers, ended } = transmitBatch(chip, commands.map(({ apdu, accept }) => ({ apdu: fromHex(apdu), accept })));
      return Promise.resolve({ batch, answers: answers.map(toHex), ended });
    },
  };
}

/** Processor time of these processes, this one left out, from now on. */
function watchCpu(pids: ReadonlySet<number>): { stop(): number } {
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  const look = (): void => {
    for (const { pid, cpuSeconds } of processTree(process.pid)) {
      if (pid === process.pid || !pids.has(pid)) continue;
      if (!first.has(pid)) first.set(pid, cpuSeconds);
      last.set(pid, cpuSeconds);
    }
  };
  look();
  const timer = setInterval(look, SAMPLE_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return [...last].reduce((sum, [pid, cpuSeconds]) => sum + cpuSeconds - first.get(pid)!, 0);
    },
  };
}
