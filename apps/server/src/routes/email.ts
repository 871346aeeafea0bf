import { type AccountEmail, emailCode } from '@visavis/contract';
import { confirmEmail, findIdentity, findWaitingEmail } from '@visavis/registry';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse, refuse } from '../answer.ts';
import { noticeMail } from '../mail/mailer.ts';
import { whoAsks } from '../who-asks.ts';
import type { Wiring } from '../wiring.ts';

/** The citizen's e-mail address, as `contract/email-api.ts` lists it. */
export function emailRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry, relyingParty, mailer, log } = wiring;

  app.get('/api/account/email', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const [address, waiting] = [(await findIdentity(registry, asks.value))?.email, await findWaitingEmail(registry, asks.value)];
    return reply.send({ isOffered: mailer !== undefined, ...(address !== undefined && { address }), ...(waiting !== undefined && { waiting }) } satisfies AccountEmail);
  });

  app.post('/api/account/email/confirmation', async (request, reply) => {
    const asks = await whoAsks(wiring, request);
    if (!asks.ok) return refuse(reply, asks.fault);
    const body = parse(z.strictObject({ code: emailCode }), request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const confirmed = await confirmEmail(registry, asks.value, body.value.code);
    if (!confirmed.ok) return refuse(reply, confirmed.fault);
    const { before } = confirmed.value;
    // Whoever reads the old address must not learn of it last.
    if (before !== undefined && (await mailer?.send({ to: before, ...noticeMail(relyingParty.rpName) })) === false) log({ event: 'mail.notSent' });
    return reply.code(204).send();
  });
}
