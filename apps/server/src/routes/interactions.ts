import { consentAnswer, passkeyAnswer } from '@visavis/contract';
import { answerConsent, answerPasskey, type BrowserExchange, forOneRequest, readInteraction, signinFaults } from '@visavis/signin';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse, refuse } from '../answer.ts';
import { tooManyRequests } from '../faults.ts';
import type { Wiring } from '../wiring.ts';

type ByUid = { Params: { uid: string } };

/** Ids as the provider makes them. */
const uidParameter = z.string().regex(/^[A-Za-z0-9_-]{10,64}$/);

/** What the page of a sign-in in progress calls. */
export function interactionRoutes(app: FastifyInstance, { signinDesk, log }: Wiring): void {
  app.get<ByUid>('/api/interactions/:uid', async (request, reply) => {
    const exchange = exchangeOf(request, reply);
    if (exchange === undefined) return refuse(reply, signinFaults.fault('SIGN_IN_INTERACTION_UNKNOWN'));
    if (!signinDesk.limits.mayAsk(request.ip)) return refuse(reply, tooManyRequests());
    const interaction = await readInteraction(forOneRequest(signinDesk), exchange);
    return interaction.ok ? reply.send(interaction.value) : refuse(reply, interaction.fault);
  });

  app.post<ByUid>('/api/interactions/:uid/passkey', async (request, reply) => {
    const exchange = exchangeOf(request, reply);
    if (exchange === undefined) return refuse(reply, signinFaults.fault('SIGN_IN_INTERACTION_UNKNOWN'));
    const answer = parse(passkeyAnswer, request.body);
    if (!answer.ok) return refuse(reply, answer.fault);
    const interaction = await answerPasskey(forOneRequest(signinDesk), exchange, answer.value);
    if (!interaction.ok) log({ event: 'signIn.refused', code: interaction.fault.code });
    return interaction.ok ? reply.send(interaction.value) : refuse(reply, interaction.fault);
  });

  app.post<ByUid>('/api/interactions/:uid/consent', async (request, reply) => {
    const exchange = exchangeOf(request, reply);
    if (exchange === undefined) return refuse(reply, signinFaults.fault('SIGN_IN_INTERACTION_UNKNOWN'));
    const body = parse(consentAnswer, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const answered = await answerConsent(forOneRequest(signinDesk), exchange, body.value);
    return answered.ok ? reply.send(answered.value) : refuse(reply, answered.fault);
  });
}

/** @returns undefined for what is no id of a sign-in */
export function exchangeOf(request: FastifyRequest<ByUid>, reply: FastifyReply): BrowserExchange | undefined {
  const uid = uidParameter.safeParse(request.params.uid);
  return uid.success ? { request: request.raw, response: reply.raw, uid: uid.data } : undefined;
}
