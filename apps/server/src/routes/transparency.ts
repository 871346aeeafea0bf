import type { PublishedDay } from '@visavis/contract';
import { listFigures } from '@visavis/registry';
import type { FastifyInstance } from 'fastify';
import type { Wiring } from '../wiring.ts';

const DAYS_SHOWN = 31;
/** The same for everybody, so made once for all who ask within this: a day is published once a day. */
const FRESH_MS = 60_000;

/** What the days came to, for everybody, of whatever origin: nothing in it is about anybody. */
export function transparencyRoutes(app: FastifyInstance, { registry }: Wiring): void {
  let shown: { readonly untilMs: number; readonly days: Promise<readonly PublishedDay[]> } | undefined;
  app.get('/api/transparency', async (_request, reply) => {
    if (shown === undefined || registry.clock() >= shown.untilMs) {
      const days = listFigures(registry, DAYS_SHOWN);
      const made = { untilMs: registry.clock() + FRESH_MS, days };
      shown = made;
      // What failed is not remembered.
      days.catch(() => {
        if (shown === made) shown = undefined;
      });
    }
    return reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin').send({ days: await shown.days });
  });
}
