import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createFaceTracer } from '@visavis/face/trace';
import { modelsDir, startSystem, type System } from '../../system/start-system.ts';
import { makeLeaks } from './controls/make-leaks.ts';
import { foundInDatabase, searchLeakyDatabase, writeOutDatabase } from './controls/search-leaky-database.ts';
import { foundAllLeaks, searchLeakyServer } from './controls/search-leaky-server.ts';
import { searchLivingBooth } from './controls/search-living-booth.ts';
import { drawFaces } from './enrolments/cast-of-audit.ts';
import { GatheredPatterns } from './enrolments/gather-patterns.ts';
import { planAttempts } from './enrolments/plan.ts';
import { runEnrolments } from './enrolments/run-enrolments.ts';
import { seededRandom } from './enrolments/seeded-random.ts';
import { listPlaces, memoryPlaces } from './places/list-places.ts';
import { databaseSocketOf, seeServer } from './places/server-under-audit.ts';
import { countOutcomes } from './report/count-outcomes.ts';
import type { ForgettingReport } from './report/forgetting-report.ts';
import { joinSearches } from './report/join-searches.ts';
import { foundInLivingBooth, judge } from './report/judge.ts';
import { search } from './search/search.ts';

export interface AuditForgetting {
  readonly enrolments: number;
  /** Process id of a running server with a made-up state; without it a whole system is started and thrown away. */
  readonly serverPid: number | undefined;
  readonly atOnce: number | undefined;
  /** Repeats the plan of an earlier run: who, when and how, not the instant of every frame. */
  readonly seed: number | undefined;
  readonly progress: (line: string) => void;
}

/** More than one processor core can serve makes frames late, and late frames make honest citizens fail. */
const CITIZENS_PER_CORE = 1.5;
/** Of each face there are several citizens: names, portraits and movements are made anew for each. */
const FACES_PER_CITIZEN_AT_ONCE = 4;
/** A booth that is done is killed and reaped in well under a second. */
const BOOTH_END_MS = 30_000;
const SETTLE_MS = 5000;
const MAX_SEED = 2 ** 31;
/** Held by the audit on purpose, or in its service: what is found there says nothing about the server. */
const EXCLUDED = ["this command's own process, which plays the citizens and holds what is looked for", 'the made-up state, which issues their passports', 'the tax office, to which citizens show their names'] as const;
const DATABASE_CONTROL_NOT_RUN = 'not run: it would write into a database that is not ours';

/**
 * Enrols made-up people under load, then looks for everything that showed them in every place that is the server's and
 * that can be read from this machine, and makes sure that the same search finds it where it is.
 * @throws when the server can't be reached or its processes can't be read: then nothing was audited
 */
export async function auditForgetting(o: AuditForgetting): Promise<ForgettingReport> {
  const logFolder = await mkdtemp(join(tmpdir(), 'visavis-audit-'));
  const logFile = join(logFolder, 'server.log');
  const atOnce = o.atOnce ?? Math.max(1, Math.floor(availableParallelism() * CITIZENS_PER_CORE));
  let system: System | undefined;
  const clear = async (): Promise<void> => {
    await system?.stop();
    await rm(logFolder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void clear().finally(() => process.exit(130)));
  try {
    if (o.serverPid === undefined) {
      // One room more than citizens: the room of one that ended may not be reaped when the next one comes.
      system = await startSystem({ ports: 'free', booths: atOnce + 1, boothsPerAddress: atOnce + 1, enrolmentsPerMinute: 10_000, serverLogFile: logFile });
    }
    return await audit({ ...o, atOnce, serverPid: system?.server.pid ?? o.serverPid!, logFile: system === undefined ? undefined : logFile });
  } finally {
    await clear();
  }
}

/** @param o.logFile what the server writes out, when it is ours, with a database that is thrown away */
async function audit(o: AuditForgetting & { readonly atOnce: number; readonly serverPid: number; readonly logFile: string | undefined }): Promise<ForgettingReport> {
  const { atOnce, logFile, progress } = o;
  const seed = o.seed ?? randomInt(MAX_SEED);
  const random = seededRandom(seed);
  progress('drawing faces and loading the networks that the booths have');
  const faces = drawFaces(Math.max(2, Math.min(o.enrolments, atOnce * FACES_PER_CITIZEN_AT_ONCE)));
  const tracer = await createFaceTracer({ modelsDir: modelsDir });
  const server = seeServer(o.serverPid);
  const patterns = new GatheredPatterns();

  const startedMs = performance.now();
  const run = await runEnrolments({
    server, atOnce, faces, patterns, tracer, random,
    attempts: planAttempts(o.enrolments, random),
    onEnded: ({ outcome, code }, done) => progress(`${done}/${o.enrolments}  ${outcome}${outcome === code ? '' : `  ${code}`}`),
  }); // prettier-ignore
  const enrolmentSeconds = (performance.now() - startedMs) / 1000;

  progress('holding one more booth still in its middle');
  const living = await searchLivingBooth({ server, face: faces[0]!, tracer, random });
  patterns.takeOver(living.patterns);
  const boothsEnded = await allEnded(logFile, run.ended.filter(({ hadBooth }) => hadBooth).length + 1);
  const waiting = memoryPlaces(server.pid, { waitingCells: true });
  const rightAfter = await search({ images: patterns.images.pack(), texts: undefined, processes: waiting.map(({ pid, place }) => ({ pid, place: `${place}, right after` })), files: [] });

  progress('decoding and embedding what was sent, by the same engine');
  await patterns.traceCaptures(tracer);
  const socketFolder = databaseSocketOf(server.pid);
  if (socketFolder !== undefined) await writeOutDatabase(socketFolder);
  const places = listPlaces(server, logFile === undefined ? [] : [logFile]);
  progress(`searching ${places.processes.length} processes and ${places.files.length} files`);
  const last = await search({ images: patterns.images.pack(), texts: patterns.texts.pack(), processes: places.processes, files: places.files });

  progress('searching a server that was built to leak');
  const { leaks, name } = await makeLeaks(faces[0]!.photograph, tracer, random);
  const leakyServer = await searchLeakyServer(leaks, name);
  const leakyDatabase = logFile === undefined || socketFolder === undefined ? undefined : await searchLeakyDatabase({ socketFolder, files: () => listPlaces(server, [logFile]).files, picture: leaks.frame, name });

  const searches = [...run.looks, rightAfter, last];
  const { searched, hits } = joinSearches(searches, places.lookedThrough);
  const notSearched = [...places.notSearched, ...searches.flatMap(({ unread }) => unread.map((one) => ({ ...one, shouldBe: true })))];
  const { outcomes, codes } = countOutcomes(run.ended);
  const livingBooth = living.found?.hits ?? [];
  const counts = { ...patterns.images.counts(), ...patterns.texts.counts() };
  const failures = judge({
    hits, searched, notSearched, outcomes, boothsEnded, livingBooth,
    leakyServerFound: foundAllLeaks(leakyServer),
    leakyDatabaseFound: leakyDatabase === undefined ? undefined : foundInDatabase(leakyDatabase),
    mustBeSearched: ['memory: server', 'memory: waiting cells', 'files: state folder', ...(server.databaseElsewhere ? [] : ['memory: database', 'files: database', 'files: write-ahead log'])],
    patterns: counts,
  }); // prettier-ignore
  return {
    enrolments: run.ended.length,
    outcomes,
    hitsOutsideBooths: hits.reduce((sum, { count }) => sum + count, 0),
    positiveControls: { livingBooth: foundInLivingBooth(livingBooth), leakyServer: foundAllLeaks(leakyServer) },
    searched,
    passed: failures.length === 0,
    failures,
    hits,
    notSearched,
    excluded: EXCLUDED,
    codes,
    signIns: run.ended.filter(({ signedIn }) => signedIn).length,
    patterns: counts,
    controls: { livingBooth, livingBoothEndedIn: living.code, leakyServer: leakyServer.hits, database: leakyDatabase?.hits ?? DATABASE_CONTROL_NOT_RUN },
    atOnce,
    looksMeanwhile: run.looks.length,
    seconds: { enrolments: Math.round(enrolmentSeconds), lastSearch: Number(last.seconds.toFixed(1)) },
    seed,
  };
}

/** Waits until the server has told the end of as many booths as were opened; without its log, for a while. */
async function allEnded(logFile: string | undefined, booths: number): Promise<boolean> {
  if (logFile === undefined) {
    await delay(SETTLE_MS);
    return true;
  }
  for (const deadline = performance.now() + BOOTH_END_MS; performance.now() < deadline; ) {
    if (readFileSync(logFile, 'utf8').split('"event":"booth.ended"').length - 1 >= booths) return true;
    await delay(100);
  }
  return false;
}
