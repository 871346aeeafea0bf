import { provenRequest, randomId, receiptFaults } from '@visavis/contract';
import { findReceipt } from '@visavis/registry';
import type { FastifyInstance } from 'fastify';
import { parse, refuse } from '../answer.ts';
import type { Wiring } from '../wiring.ts';

/** The erasure receipt of an enrolment's sealed room, for the device that started it. */
export function receiptRoutes(app: FastifyInstance, { registry, boothDesk }: Wiring): void {
  app.post<{ Params: { id: string } }>('/api/enrolments/:id/receipt', async (request, reply) => {
    const id = parse(randomId, request.params.id);
    if (!id.ok) return refuse(reply, id.fault);
    const body = parse(provenRequest, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    // Asked before the database is: a receipt that is written in between is found, not missed.
    const notYet = boothDesk.receiptPending(id.value);
    const found = await findReceipt(registry, { enrolmentId: id.value, possession: body.value.possession });
    if (!found.ok) return refuse(reply, found.fault);
    if (found.value !== undefined) return reply.send(found.value);
    return refuse(reply, receiptFaults.fault(notYet ? 'RECEIPT_NOT_READY' : 'RECEIPT_UNAVAILABLE'));
  });
}
