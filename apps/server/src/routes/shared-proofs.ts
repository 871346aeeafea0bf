import { proofLook, randomId, type SharedProofs } from '@visavis/contract';
import { listSharedProofs, lookAtProof, revokeSharedProof } from '@visavis/registry';
import type { FastifyInstance } from 'fastify';
import { parse, refuse } from '../answer.ts';
import { tooManyRequests } from '../faults.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { shownAttributes } from '../shown-attributes.ts';
import { whoAsks } from '../who-asks.ts';
import type { Wiring } from '../wiring.ts';

/** Looks from one network: more than an office has, and of 2^256 tokens nothing. */
const LOOKS_PER_MINUTE = 120;

/** Proofs behind a link, as `contract/shared-proof-api.ts` lists them; a new one is an act of the account. */
export function sharedProofRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry, log } = wiring;
  const mayLook = createRateLimiter(registry.clock, LOOKS_PER_MINUTE);

  app.get('/api/account/shared-proofs', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const offered = await shownAttributes(registry, asks.value);
    if (!offered.ok) return refuse(reply, offered.fault);
    return reply.send({ offered: offered.value, proofs: await listSharedProofs(registry, asks.value) } satisfies SharedProofs);
  });

  app.delete<{ Params: { proofId: string } }>('/api/account/shared-proofs/:proofId', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const proofId = parse(randomId, request.params.proofId);
    if (!proofId.ok) return refuse(reply, proofId.fault);
    await revokeSharedProof(registry, asks.value, proofId.value);
    return reply.code(204).send();
  });

  app.post('/api/shared-proofs/look', async (request, reply) => {
    if (!mayLook(request.ip)) return refuse(reply, tooManyRequests());
    const look = parse(proofLook, request.body);
    if (!look.ok) return refuse(reply, look.fault);
    const seen = await lookAtProof(registry, look.value);
    if (!seen.ok) log({ event: 'sharedProof.refused', code: seen.fault.code });
    return seen.ok ? reply.send(seen.value) : refuse(reply, seen.fault);
  });
}
