import { randomId } from '@visavis/contract';
import { dismissNotice, listNotices } from '@visavis/registry';
import type { FastifyInstance } from 'fastify';
import { parse, refuse } from '../answer.ts';
import { whoAsks } from '../who-asks.ts';
import type { Wiring } from '../wiring.ts';

/** What happened to the citizen's identity, as `contract/notices-api.ts` lists it. */
export function noticeRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry } = wiring;

  app.get('/api/account/notices', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    return asks.ok ? reply.send(await listNotices(registry, asks.value)) : refuse(reply, asks.fault);
  });

  app.delete<{ Params: { noticeId: string } }>('/api/account/notices/:noticeId', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const noticeId = parse(randomId, request.params.noticeId);
    if (!noticeId.ok) return refuse(reply, noticeId.fault);
    await dismissNotice(registry, asks.value, noticeId.value);
    return reply.code(204).send();
  });
}
