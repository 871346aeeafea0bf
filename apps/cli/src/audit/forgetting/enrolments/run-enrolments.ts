import { setTimeout as delay } from 'node:timers/promises';
import type { FaceTracer } from '@visavis/face/trace';
import { memoryPlaces } from '../places/list-places.ts';
import type { ServerUnderAudit } from '../places/server-under-audit.ts';
import { search } from '../search/search.ts';
import type { SearchResult } from '../search/search-job.ts';
import { attemptEnrolment, type Ended } from './attempt-enrolment.ts';
import type { Face } from './cast-of-audit.ts';
import type { GatheredPatterns } from './gather-patterns.ts';
import type { Attempt } from './plan.ts';

/** Between two looks into the memory of the server and its database while enrolments run. */
const LOOK_EVERY_MS = 15_000;
/** The first one also in an audit of a few enrolments only. */
const FIRST_LOOK_MS = 6000;
/** Of the newest patterns: what the enrolments at hand are made of. More would take the processors from the enrolments. */
const NEWEST_PATTERNS = 50_000;

export interface EnrolmentsRun {
  readonly ended: readonly Ended[];
  readonly looks: readonly SearchResult[];
}

/** Runs the planned enrolments, several at once, and looks into the server's memory every now and then meanwhile. */
export async function runEnrolments(o: {
  readonly server: ServerUnderAudit;
  readonly attempts: readonly Attempt[];
  readonly atOnce: number;
  readonly faces: readonly Face[];
  readonly patterns: GatheredPatterns;
  readonly tracer: FaceTracer;
  readonly random: () => number;
  readonly onEnded: (ended: Ended, done: number) => void;
}): Promise<EnrolmentsRun> {
  const ended: Ended[] = [];
  let next = 0;
  const citizenAfterCitizen = async (): Promise<void> => {
    for (let index = next++; index < o.attempts.length; index = next++) {
      const face = o.faces[index % o.faces.length]!;
      const otherFace = o.faces[(index + 1) % o.faces.length]!;
      const one = await attemptEnrolment({ ...o, attempt: o.attempts[index]!, face, otherFace, signIn: index % 2 === 0 });
      ended.push(one);
      o.onEnded(one, ended.length);
    }
  };
  const looks: SearchResult[] = [];
  const over = new AbortController();
  const looking = (async () => {
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = LOOK_EVERY_MS) {
      await delay(waitMs, undefined, { signal: over.signal }).catch(() => {});
      if (over.signal.aborted) return;
      const processes = memoryPlaces(o.server.pid, { waitingCells: false }).map(({ pid, place }) => ({ pid, place: `${place}, while enrolments ran` }));
      looks.push(await search({ images: o.patterns.images.pack(NEWEST_PATTERNS), texts: undefined, processes, files: [] }));
    }
  })();
  try {
    await Promise.all(Array.from({ length: o.atOnce }, () => citizenAfterCitizen()));
  } finally {
    over.abort();
    await looking;
  }
  return { ended, looks };
}
