import { setTimeout as delay } from 'node:timers/promises';
import type { FaceTracer } from '@visavis/face/trace';
import { createActor } from '@visavis/specimen';
import { createCitizenDevice, enrolCitizen } from '../../../citizen/enrol-citizen.ts';
import { orderPassport } from '../../../citizen/order-passport.ts';
import { createPresenterCamera } from '../../../citizen/presenter-camera.ts';
import type { Face } from '../enrolments/cast-of-audit.ts';
import { GatheredPatterns } from '../enrolments/gather-patterns.ts';
import { makeUpPerson } from '../enrolments/made-up-person.ts';
import { cellOf, processesOf, type ServerUnderAudit } from '../places/server-under-audit.ts';
import { foundInLivingBooth } from '../report/judge.ts';
import { joinSearches } from '../report/join-searches.ts';
import { search } from '../search/search.ts';
import type { SearchResult } from '../search/search-job.ts';

/** Some ten frames, more than fit into the stream between the cells: the rest waits in the chip cell's own memory. */
const HOLD_MS = 1000;
/** A cell that goes on with the frames that waited is in the middle of one by then. */
const WORK_MS = 25;
/** Holds at most: a cell may be held between two frames, when the one is wiped and the other not yet decoded. */
const HOLDS = 8;
/** The newest ones still lie in the booth when it is held. */
const FRAMES_DECODED = 25;

export interface LivingBoothControl {
  /** Undefined when the enrolment never came to its face: then nothing was shown. */
  readonly found: SearchResult | undefined;
  readonly code: string;
  /** What was looked for, so that the last search looks for it too: the booth that held it is gone by then. */
  readonly patterns: GatheredPatterns;
}

/**
 * Positive control: the same search looks into the cells of one enrolment in its middle. A frame lives there for some
 * 40 ms and is wiped, so the face cells are held still for as long as it takes, and what to look for is gathered then. A cell that was
 * held between two frames goes on for a moment and is held again.
 * Holding may cost that enrolment; what it ends in is not asked.
 */
export async function searchLivingBooth(o: { readonly server: ServerUnderAudit; readonly face: Face; readonly tracer: FaceTracer; readonly random: () => number }): Promise<LivingBoothControl> {
  const { server, tracer } = o;
  const person = await makeUpPerson(o.face.photograph, o.random);
  const passport = await orderPassport(server.specimenStateUrl, person.order);
  const patterns = new GatheredPatterns();
  patterns.addPortrait(person.portrait);
  patterns.addPrinted({ mrz: passport.mrz, documentNumber: passport.documentNumber, order: person.order });
  await patterns.tracePortrait(tracer, person.portrait);
  const addFrame = patterns.addCapture(person.portrait, tracer);
  const frames: Uint8Array[] = [];
  let found: Promise<SearchResult> | undefined;
  const enrolled = await enrolCitizen({
    device: createCitizenDevice(server.siteUrl),
    passport,
    camera: createPresenterCamera(createActor({ citizen: o.face.citizen, seed: 1 }), (jpeg) => {
      frames.push(jpeg);
      addFrame(jpeg);
    }),
    onProgress: (progress) => {
      if (progress.stage === 'actionSeen' && progress.index === 1) found = searchHeld(server.pid, async () => {
        for (const jpeg of frames.slice(-FRAMES_DECODED)) await patterns.addDecoded(tracer, jpeg);
        return patterns;
      });
    },
  });
  return { found: await found, code: enrolled.ok ? 'accepted' : enrolled.fault.code, patterns };
}

async function searchHeld(serverPid: number, gather: () => Promise<GatheredPatterns>): Promise<SearchResult> {
  const cells = processesOf(serverPid).filter(({ role }) => role === 'cell');
  const held = cells.filter(({ commandLine }) => cellOf(commandLine) === 'face-cell').map(({ pid }) => pid);
  const processes = cells.map(({ pid }) => ({ pid, place: 'memory: living booth' }));
  signal(held, 'SIGSTOP');
  try {
    await delay(HOLD_MS);
    const images = (await gather()).images.pack();
    const found: SearchResult[] = [];
    for (let hold = 0; hold < HOLDS; hold++) {
      found.push(await search({ images, texts: undefined, processes, files: [] }));
      if (foundInLivingBooth(found.flatMap(({ hits }) => hits))) break;
      signal(held, 'SIGCONT');
      await delay(WORK_MS);
      signal(held, 'SIGSTOP');
    }
    return { ...found.at(-1)!, hits: joinSearches(found, []).hits };
  } finally {
    signal(held, 'SIGCONT');
  }
}

function signal(pids: readonly number[], name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // Its enrolment ended meanwhile, and it with it.
    }
  }
}
