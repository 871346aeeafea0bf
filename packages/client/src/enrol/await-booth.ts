import { type CreateEnrolment, type EnrolmentCreated, enrolmentCreated, enrolmentQueued } from '@visavis/contract';
import { ok, type PublicFault, type Result } from '@visavis/kernel';
import { z } from 'zod';
import type { ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';

/** Calls in a row that may fail while a place is held: a cut network or a restarting server must not cost the place. */
const MAX_FAILED_CALLS = 5;

const answer = z.union([enrolmentCreated, enrolmentQueued]);

/**
 * Asks for a sealed room until there is one: first come, first served, the same request each time.
 * @param o.onQueued told the place and the server's estimate at each answer
 * @param o.pause waits; rejects when the citizen stops
 * @faults of {@link callServer}; BOOTH_QUEUE_FULL
 */
export async function awaitBooth(o: {
  readonly server: ServerPort;
  readonly body: CreateEnrolment;
  readonly signal: AbortSignal | undefined;
  readonly onQueued: (place: number, estimateMs: number) => void;
  readonly pause: (ms: number) => Promise<void>;
}): Promise<Result<EnrolmentCreated, PublicFault>> {
  let againAfterMs: number | undefined;
  let failedCalls = 0;
  for (;;) {
    const answered = await callServer(o.server, { method: 'POST', path: '/api/enrolments', body: o.body, answer, signal: o.signal });
    if (answered.ok) {
      if (!('queued' in answered.value)) return ok(answered.value);
      const { place, estimateMs, askAgainAfterMs } = answered.value.queued;
      failedCalls = 0;
      againAfterMs = askAgainAfterMs;
      o.onQueued(place, estimateMs);
    } else {
      failedCalls += 1;
      // Who has no place yet is told at once.
      if (againAfterMs === undefined || answered.fault.retry !== 'now' || failedCalls === MAX_FAILED_CALLS) return answered;
    }
    await o.pause(againAfterMs);
  }
}
