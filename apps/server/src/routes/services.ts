import type { PublicServices, ServiceChanges } from '@visavis/contract';
import { listServiceChanges } from '@visavis/registry';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse, refuse } from '../answer.ts';
import { serverFaults } from '../faults.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { publicService } from '../services/service-directory.ts';
import type { Wiring } from '../wiring.ts';

const PAGE_SERVICES = 200;
/** One network's readers: the page, and who copies the whole list. */
const READS_PER_MINUTE = 600;

const clientId = z.string().regex(/^[a-z0-9-]{3,64}$/);
const listQuery = z.strictObject({ after: clientId.optional() });

/** For everybody: which services may ask citizens to sign in, what for, and for what at most; and how that changed. */
export function serviceRoutes(app: FastifyInstance, { registry, serviceDirectory }: Wiring): void {
  const mayRead = createRateLimiter(registry.clock, READS_PER_MINUTE);

  app.get('/api/services', (request, reply) => {
    if (!mayRead(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const query = parse(listQuery, request.query);
    if (!query.ok) return refuse(reply, query.fault);
    const services = serviceDirectory.list(query.value.after ?? '', PAGE_SERVICES);
    const next = services.length === PAGE_SERVICES ? { next: services.at(-1)!.clientId } : {};
    return reply.send({ services: services.map((service) => ({ ...publicService(service), purposes: [...service.purposes], claims: [...service.claims], registrar: service.registrar })), ...next } satisfies PublicServices);
  });

  app.get<{ Params: { clientId: string } }>('/api/services/:clientId/changes', async (request, reply) => {
    if (!mayRead(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const id = parse(clientId, request.params.clientId);
    return id.ok ? reply.send({ openings: [...(await listServiceChanges(registry, id.value))] } satisfies ServiceChanges) : refuse(reply, id.fault);
  });
}
