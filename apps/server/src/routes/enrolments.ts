import { bindIdentity as bindIdentityBody, createEnrolment, type IdentityBound, provenRequest, randomId } from '@visavis/contract';
import { bindIdentity, findEnrolmentByRequest, listDevices, passkeyOptions, type Registry, renewalOptions, startSession, withdrawEnrolment } from '@visavis/registry';
import { ok, type Result } from '@visavis/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { calculateJwkThumbprint } from 'jose';
import { parse, publicFault, refuse } from '../answer.ts';
import { CONSENT_TEXT_VERSION } from '../consent-text.ts';
import { serverFaults, statusOf, tooManyRequests } from '../faults.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { setSessionCookie } from '../session-cookie.ts';
import type { Wiring } from '../wiring.ts';

type ById = { Params: { id: string } };

/** The steps of an enrolment over HTTP, as `contract/enrolment-api.ts` lists them. */
export function enrolmentRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { registry, relyingParty, signer, configuration } = wiring;
  const mayStart = createRateLimiter(registry.clock, configuration.enrolmentsPerMinute);

  app.post('/api/enrolments', async (request, reply) => {
    const body = parse(createEnrolment, request.body);
    const thumbprint = body.ok ? await calculateJwkThumbprint(body.value.clientKey, 'sha256') : '';
    const key = body.ok ? `${body.value.requestId} ${thumbprint}` : '';
    // Who asks for their place again starts nothing.
    if (!wiring.queue.has(key) && !mayStart(request.ip)) return refuse(reply, tooManyRequests());
    if (!body.ok) return refuse(reply, body.fault);
    if (body.value.consent.textVersion !== CONSENT_TEXT_VERSION) return refuse(reply, serverFaults.fault('CONSENT_TEXT_OUTDATED'));
    const begun = await wiring.queue.begin({
      key,
      address: request.ip,
      start: () => wiring.boothDesk.begin(body.value, thumbprint),
      wasStarted: () => wasStarted(registry, { requestId: body.value.requestId, clientKeyThumbprint: thumbprint }),
    });
    if (begun.ok) return reply.code('queued' in begun.value ? 202 : 201).send(begun.value);
    const { minutes } = begun.fault.detail;
    if (begun.fault.code !== 'BOOTH_QUEUE_FULL' || typeof minutes !== 'number') return refuse(reply, begun.fault);
    const fault = { ...publicFault(begun.fault), nextStep: `Come back in about ${minutes} minutes, or go to a counter.` };
    return reply.code(statusOf(begun.fault)).header('retry-after', String(minutes * 60)).send({ fault });
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

  app.post<ById>('/api/enrolments/:id/renewal-options', async (request, reply) => {
    const asked = parseProven(request);
    if (!asked.ok) return refuse(reply, asked.fault);
    const options = await renewalOptions(registry, relyingParty, asked.value);
    return options.ok ? reply.send(options.value) : refuse(reply, options.fault);
  });

  app.post<ById>('/api/enrolments/:id/identity', async (request, reply) => {
    const id = parse(randomId, request.params.id);
    const body = parse(bindIdentityBody, request.body);
    if (!id.ok || !body.ok) return refuse(reply, serverFaults.fault('REQUEST_INVALID'));
    const bound = await bindIdentity(registry, { operatorKey: signer.publicKey, relyingParty }, { ...body.value, enrolmentId: id.value });
    if (!bound.ok) return refuse(reply, bound.fault);
    wiring.log({ event: body.value.renewal === undefined ? 'identity.bound' : 'identity.renewed' });
    setSessionCookie(reply, configuration.origin, await startSession(registry, bound.value.identityId, await onlyDevice(registry, bound.value.identityId)));
    const { person, levelOfAssurance, createdAt } = bound.value;
    return reply.code(201).send({ person, levelOfAssurance, createdAt } satisfies IdentityBound);
  });
}

/** The device that a session belongs to, where there is no doubt: which of several answered a renewal is not told. */
async function onlyDevice(registry: Registry, identityId: string): Promise<string | undefined> {
  const devices = await listDevices(registry, identityId);
  return devices.length === 1 ? devices[0]!.deviceId : undefined;
}

async function wasStarted(registry: Registry, request: Parameters<typeof findEnrolmentByRequest>[1]): Promise<Result<boolean>> {
  const found = await findEnrolmentByRequest(registry, request);
  return found.ok ? ok(found.value !== undefined) : found;
}

function parseProven(request: FastifyRequest<ById>) {
  const id = parse(randomId, request.params.id);
  if (!id.ok) return id;
  const body = parse(provenRequest, request.body);
  return body.ok ? { ok: true as const, value: { enrolmentId: id.value, possession: body.value.possession } } : body;
}
