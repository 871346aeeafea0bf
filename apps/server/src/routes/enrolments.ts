import { bindIdentity as bindIdentityBody, createEnrolment, type IdentityBound, provenRequest, randomId } from '@visavis/contract';
import { bindIdentity, passkeyOptions, startSession, withdrawEnrolment } from '@visavis/registry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { calculateJwkThumbprint } from 'jose';
import { parse, refuse } from '../answer.ts';
import { CONSENT_TEXT_VERSION } from '../consent-text.ts';
import { serverFaults } from '../faults.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { setSessionCookie } from '../session-cookie.ts';
import type { Wiring } from '../wiring.ts';

type ById = { Params: { id: string } };

/** The steps of an enrolment over HTTP, as `contract/enrolment-api.ts` lists them. */
export function enrolmentRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry, relyingParty, signer, configuration } = wiring;
  const mayStart = createRateLimiter(registry.clock, configuration.enrolmentsPerMinute);

  app.post('/api/enrolments', async (request, reply) => {
    if (!mayStart(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const body = parse(createEnrolment, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    if (body.value.consent.textVersion !== CONSENT_TEXT_VERSION) return refuse(reply, serverFaults.fault('CONSENT_TEXT_OUTDATED'));
    const created = await wiring.boothDesk.begin(body.value, await calculateJwkThumbprint(body.value.clientKey, 'sha256'));
    return created.ok ? reply.code(201).send(created.value) : refuse(reply, created.fault);
  });

  app.post<ById>('/api/enrolments/:id/withdraw', async (request, reply) => {
    const asked = parseProven(request);
    if (!asked.ok) return refuse(reply, asked.fault);
    const withdrawn = await withdrawEnrolment(registry, asked.value);
    if (!withdrawn.ok) return refuse(reply, withdrawn.fault);
    await wiring.boothDesk.booth(asked.value.enrolmentId)?.close('BOOTH_DISCONNECTED');
    return reply.code(204).send();
  });

  app.post<ById>('/api/enrolments/:id/passkey-options', async (request, reply) => {
    const asked = parseProven(request);
    if (!asked.ok) return refuse(reply, asked.fault);
    const options = await passkeyOptions(registry, relyingParty, asked.value);
    return options.ok ? reply.send(options.value) : refuse(reply, options.fault);
  });

  app.post<ById>('/api/enrolments/:id/identity', async (request, reply) => {
    const id = parse(randomId, request.params.id);
    const body = parse(bindIdentityBody, request.body);
    if (!id.ok || !body.ok) return refuse(reply, serverFaults.fault('REQUEST_INVALID'));
    const bound = await bindIdentity(registry, { operatorKey: signer.publicKey, relyingParty }, { ...body.value, enrolmentId: id.value });
    if (!bound.ok) return refuse(reply, bound.fault);
    wiring.log({ event: 'identity.bound' });
    setSessionCookie(reply, configuration.origin, await startSession(registry, bound.value.identityId));
    const { person, levelOfAssurance, createdAt } = bound.value;
    return reply.code(201).send({ person, levelOfAssurance, createdAt } satisfies IdentityBound);
  });
}

function parseProven(request: FastifyRequest<ById>) {
  const id = parse(randomId, request.params.id);
  if (!id.ok) return id;
  const body = parse(provenRequest, request.body);
  return body.ok ? { ok: true as const, value: { enrolmentId: id.value, possession: body.value.possession } } : body;
}
