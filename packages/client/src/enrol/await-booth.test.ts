import type { CreateEnrolment } from '@visavis/contract';
import { describe, expect, it } from 'vitest';
import { awaitBooth } from './await-booth.ts';

const id = 'A'.repeat(22);
const jws = 'a.b.c';
const created = { enrolmentId: id, boothCertificate: jws, boothLogged: { opening: { salt: 'A'.repeat(43), text: '{}' }, proof: 'proof' }, limits: { chipSessions: 3, scripts: 2, lifetimeMs: 300_000 } };
const queued = (place: number) => ({ queued: { place, estimateMs: place * 1000, askAgainAfterMs: 7 } });
const fault = (code: string, retry: string) => ({ fault: { code, stage: 'booth', retry, meaning: 'm', nextStep: 'n' } });

/** Answers one call after the other; `undefined` is a network that is cut. */
async function ask(answers: readonly (readonly [number, unknown] | undefined)[], stopsAt?: number) {
  const bodies: unknown[] = [];
  const places: number[] = [];
  let pauses = 0;
  const outcome = await awaitBooth({
    server: {
      origin: 'https://id.test',
      openSocket: () => ({}) as never,
      fetch: async (_url, init) => {
        const next = answers[bodies.length];
        bodies.push(init.body);
        if (next === undefined) throw new TypeError('cut');
        return Response.json(next[1], { status: next[0] });
      },
    },
    body: { requestId: id } as CreateEnrolment,
    signal: undefined,
    onQueued: (place) => places.push(place),
    pause: async (ms) => {
      expect(ms).toBe(7);
      pauses += 1;
      if (pauses === stopsAt) throw new Error('stopped');
    },
  });
  return { outcome: outcome.ok ? outcome.value.enrolmentId : outcome.fault.code, places, calls: bodies.length, sameBody: new Set(bodies).size === 1 };
}

describe('awaitBooth', () => {
  it('takes a room that is free at once', async () => {
    expect(await ask([[201, created]])).toEqual({ outcome: id, places: [], calls: 1, sameBody: true });
  });

  it('asks with the same request until there is one, and tells each place', async () => {
    expect(await ask([[202, queued(3)], [202, queued(2)], [202, queued(1)], [201, created]])).toEqual({ outcome: id, places: [3, 2, 1], calls: 4, sameBody: true });
  });

  it('keeps the place through a cut network and a server that fails for a moment, but not for ever: NETWORK_CUT', async () => {
    expect(await ask([[202, queued(2)], undefined, [500, fault('SERVER_FAILED', 'now')], [202, queued(1)], undefined, [201, created]])).toMatchObject({ outcome: id, places: [2, 1] });
    expect(await ask([[202, queued(2)]])).toMatchObject({ outcome: 'NETWORK_CUT', calls: 6 });
  });

  it('tells at once when there is no place to keep, and when nothing helps: NETWORK_CUT, BOOTH_QUEUE_FULL', async () => {
    expect(await ask([undefined, [201, created]])).toMatchObject({ outcome: 'NETWORK_CUT', calls: 1 });
    expect(await ask([[503, fault('BOOTH_QUEUE_FULL', 'user')]])).toMatchObject({ outcome: 'BOOTH_QUEUE_FULL', calls: 1 });
    expect(await ask([[202, queued(2)], [503, fault('BOOTH_QUEUE_FULL', 'user')]])).toMatchObject({ outcome: 'BOOTH_QUEUE_FULL', calls: 2 });
  });

  it('an answer that is neither: SERVER_ANSWER_INVALID', async () => {
    expect(await ask([[202, { queued: { place: 0, estimateMs: 1, askAgainAfterMs: 1 } }]])).toMatchObject({ outcome: 'SERVER_ANSWER_INVALID' });
    expect(await ask([[201, { ...created, ...queued(1) }]])).toMatchObject({ outcome: 'SERVER_ANSWER_INVALID' });
  });

  it('who stops while waiting asks no more', async () => {
    await expect(ask([[202, queued(2)], [202, queued(1)]], 1)).rejects.toThrow('stopped');
  });
});
