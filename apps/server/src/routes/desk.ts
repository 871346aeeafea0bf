import { createHash } from 'node:crypto';
import { canonicalJson, createVisit as createVisitBody, type DeskAct, deskAct, deskActRequest, type DeskAgent, deskInvitation, deskRegistration, type DeskRole, openVisit as openVisitBody, passkeyAnswer, randomId } from '@visavis/contract';
import { err, type Result } from '@visavis/kernel';
import { actOnVisit, agentPasskeyOptions, createVisit, DESK_SIGN_IN_SUBJECT, deskFaults, endDeskSession, findVisit, openVisit, readDeskSession, registerAgentPasskey, startDeskSession, verifyAgent } from '@visavis/registry';
import { passkeyChallenge } from '@visavis/signin';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { calculateJwkThumbprint } from 'jose';
import { parse, refuse } from '../answer.ts';
import { COUNTER_CONSENT_TEXT_VERSION } from '../consent-text.ts';
import { deskCookie } from '../desk-cookie.ts';
import { serverFaults, tooManyRequests } from '../faults.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import type { Wiring } from '../wiring.ts';

/** Codes that one agent tries: far more than they mistype, and of 2^40 nothing. */
const CODES_PER_MINUTE = 20;

/** Those who work at counters and the visits there, as `contract/desk-api.ts` lists them. */
export function deskRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry, relyingParty, configuration, log } = wiring;
  const cookie = deskCookie(configuration.origin);
  const mayVisit = createRateLimiter(registry.clock, configuration.enrolmentsPerMinute);
  const mayTryCode = createRateLimiter(registry.clock, CODES_PER_MINUTE);
  const whoWorks = (request: FastifyRequest, role?: DeskRole): Promise<Result<DeskAgent>> => readDeskSession(registry, cookie.read(request), role);

  app.post('/api/desk/invitation/options', async (request, reply) => {
    const body = parse(deskInvitation, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const options = await agentPasskeyOptions(registry, relyingParty, body.value.invitation);
    return options.ok ? reply.send(options.value) : refuse(reply, options.fault);
  });

  app.post('/api/desk/invitation', async (request, reply) => {
    const body = parse(deskRegistration, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const registered = await registerAgentPasskey(registry, relyingParty, body.value.invitation, body.value.passkey);
    return registered.ok ? reply.code(204).send() : refuse(reply, registered.fault);
  });

  app.post('/api/desk/session/options', async (_request, reply) => reply.send(await passkeyChallenge(registry, relyingParty, 'deskSignIn', DESK_SIGN_IN_SUBJECT)));

  app.post('/api/desk/session', async (request, reply) => {
    const answer = parse(passkeyAnswer, request.body);
    if (!answer.ok) return refuse(reply, answer.fault);
    const token = await startDeskSession(registry, relyingParty, answer.value);
    if (!token.ok) return refuse(reply, token.fault);
    cookie.set(reply, token.value);
    return reply.code(204).send();
  });

  app.get('/api/desk/session', async (request, reply) => {
    const agent = await whoWorks(request);
    return agent.ok ? reply.send(agent.value) : refuse(reply, agent.fault);
  });

  app.delete('/api/desk/session', async (request, reply) => {
    const token = cookie.read(request);
    if (token !== undefined) await endDeskSession(registry, token);
    cookie.clear(reply);
    return reply.code(204).send();
  });

  app.post('/api/desk/visits', async (request, reply) => {
    const agent = await whoWorks(request, 'agent');
    if (!agent.ok) return refuse(reply, agent.fault);
    // By agent and not by address: a whole office may share one.
    if (!mayTryCode(agent.value.agentId)) return refuse(reply, tooManyRequests());
    const body = parse(openVisitBody, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const visit = await openVisit(registry, agent.value.agentId, body.value.code);
    return visit.ok ? reply.send(visit.value) : refuse(reply, visit.fault);
  });

  app.get<{ Params: { id: string } }>('/api/desk/visits/:id', async (request, reply) => {
    const agent = await whoWorks(request, 'agent');
    if (!agent.ok) return refuse(reply, agent.fault);
    const id = parse(randomId, request.params.id);
    if (!id.ok) return refuse(reply, id.fault);
    const visit = await findVisit(registry, id.value);
    return visit.ok ? reply.send(visit.value) : refuse(reply, visit.fault);
  });

  app.post('/api/desk/acts/options', async (request, reply) => {
    const agent = await whoWorks(request, 'agent');
    if (!agent.ok) return refuse(reply, agent.fault);
    const act = parse(deskAct, request.body);
    return act.ok ? reply.send(await passkeyChallenge(registry, relyingParty, 'deskAct', actSubject(agent.value, act.value))) : refuse(reply, act.fault);
  });

  app.post('/api/desk/acts', async (request, reply) => {
    const agent = await whoWorks(request, 'agent');
    if (!agent.ok) return refuse(reply, agent.fault);
    const body = parse(deskActRequest, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const { act, answer } = body.value;
    const inHand = await verifyAgent(registry, relyingParty, 'deskAct', actSubject(agent.value, act), answer);
    if (!inHand.ok) return refuse(reply, inHand.fault);
    // A colleague's passkey at this session's screen is a colleague's act at nobody's session.
    const done = inHand.value.agentId === agent.value.agentId ? await actOnVisit(registry, agent.value.agentId, act) : err(deskFaults.fault('DESK_PASSKEY_REFUSED'));
    if (!done.ok) return refuse(reply, done.fault);
    log({ event: 'counter.acted', code: done.value.state });
    return reply.send(done.value);
  });

  app.post('/api/counter/visits', async (request, reply) => {
    if (!mayVisit(request.ip)) return refuse(reply, tooManyRequests());
    const body = parse(createVisitBody, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    const { clientKey, consent } = body.value;
    if (consent.textVersion !== COUNTER_CONSENT_TEXT_VERSION) return refuse(reply, serverFaults.fault('CONSENT_TEXT_OUTDATED'));
    const created = await createVisit(registry, { clientKeyThumbprint: await calculateJwkThumbprint(clientKey, 'sha256'), consent });
    return created.ok ? reply.code(201).send(created.value) : refuse(reply, created.fault);
  });
}

/** A challenge is for one agent and one act, to the letter. */
const actSubject = ({ agentId }: DeskAgent, act: DeskAct): string => createHash('sha256').update(`${agentId}\n${canonicalJson(act)}`).digest('base64url');
